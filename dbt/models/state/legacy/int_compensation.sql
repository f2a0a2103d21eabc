with employment as (
    select * from {{ ref('int_employment') }}
),

promotions as (
    select employee_id, salary from {{ ref('int_promotion_events') }}
),

raises as (
    select employee_id, salary from {{ ref('int_raise_events') }}
),

enrollments as (
    select employee_id, event_date, rate from {{ ref('int_enrollment_events') }}
),

opt_outs as (
    select employee_id, event_date from {{ ref('int_enrollment_change_events') }}
),

escalations as (
    select employee_id, rate from {{ ref('int_deferral_escalation_events') }}
),

{{ rules_of_year() }},

spans as (
    select
        employment.employee_id,
        employment.age,
        employment.first_day,
        employment.last_day,
        employment.termination_day,
        employment.salary as s0,
        coalesce(promotions.salary, employment.salary) as s1,
        coalesce(raises.salary, promotions.salary, employment.salary) as s2,
        -- The window in which the employee contributes; NULL for those who do not.
        case
            when employment.is_enrolled then 0
            else (enrollments.event_date - rules.year_start)::integer
        end as window_first,
        coalesce((opt_outs.event_date - rules.year_start)::integer - 1, employment.last_day) as window_last,
        case
            when employment.is_enrolled then coalesce(escalations.rate, employment.deferral_rate)
            else enrollments.rate
        end as deferral_rate
    from employment
    left join promotions using (employee_id)
    left join raises using (employee_id)
    left join enrollments using (employee_id)
    left join opt_outs using (employee_id)
    left join escalations using (employee_id)
    cross join rules
),

final as (
    select
        spans.*,
        ({{ pay('first_day', 'last_day') }})::bigint as paid_compensation,
        case when window_first is not null then ({{ pay('window_first', 'window_last') }})::bigint end as window_pay
    from spans
    cross join rules
)

select * from final
order by employee_id
