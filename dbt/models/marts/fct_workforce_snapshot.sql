{% if var('engine') == 'optimized' %}
{{ optimized_snapshot() }}
{% else %}
{% set year = var('simulation_year') | int %}

with {{ workforce_state(ref('fct_yearly_events'), ref('int_hires'), year) }},

{{ first_rules_of_run() }},

compensation as (
    select * from {{ ref('int_compensation') }}
),

booked as (
    select
        employee_id,
        sum(amount) filter (where event_sequence = 9) as employee_contribution,
        sum(amount) filter (where event_sequence = 10) as employer_match,
        sum(amount) filter (where event_sequence = 11) as investment_return
    from {{ ref('fct_yearly_events') }}
    where simulation_year = {{ year }}
    group by employee_id
),

final as (
    select
        {{ year }}::integer as simulation_year,
        state.employee_id,
        state.birth_date,
        state.hire_date,
        state.termination_date,
        state.termination_date is null as is_active,
        ({{ year }} - year(state.birth_date))::integer as age,
        ({{ year }} - year(state.hire_date))::integer as tenure,
        state.level_id::integer as current_level,
        state.salary::bigint as current_salary,
        compensation.paid_compensation,
        {{ eligibility_date_since_census() }} as eligibility_date,
        state.is_enrolled,
        state.enrollment_date,
        state.deferral_rate::integer as deferral_rate,
        coalesce(booked.employee_contribution, 0)::bigint as employee_contribution,
        coalesce(booked.employer_match, 0)::bigint as employer_match,
        coalesce(booked.investment_return, 0)::bigint as investment_return,
        state.account_balance
    from workforce_state as state
    inner join compensation using (employee_id)
    left join booked using (employee_id)
    cross join first_rules
)

select * from final
order by employee_id
{% endif %}
