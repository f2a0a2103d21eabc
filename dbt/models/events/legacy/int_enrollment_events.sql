with employment as (
    select * from {{ ref('int_employment') }}
),

eligibility as (
    select employee_id, event_date from {{ ref('int_eligibility_events') }}
),

{{ rules_of_year() }},

{{ streams_of_year() }},

{{ segments_of_year() }},

candidates as (
    select
        employment.employee_id,
        employment.hire_date,
        employment.last_day,
        coalesce(employment.eligibility_date, eligibility.event_date) - rules.year_start as eligible_from,
        {{ draw('voluntary_enrollment') }} as voluntary_draw,
        {{ draw('deferral_choice') }} as choice_draw,
        segments.voluntary_threshold,
        segments.voluntary_rate_bps
    from employment
    left join eligibility using (employee_id)
    inner join segments using (age_band, tenure_band, level_id)
    cross join rules
    cross join streams
    where not employment.is_enrolled
        and coalesce(employment.eligibility_date, eligibility.event_date) is not null
),

voluntary as (
    select
        candidates.employee_id,
        (greatest(0, eligible_from) + {{ uniform(low('voluntary_draw'), 'rules.voluntary_window_days') }})::integer as day,
        'voluntary' as method,
        {{ high('choice_draw') }} < rules.whole_match_threshold and voluntary_rate_bps < rules.match_ceiling_bps
            as whole_match,
        case
            when whole_match then rules.match_ceiling_bps
            else voluntary_rate_bps
        end as rate
    from candidates
    cross join rules
    where {{ high('voluntary_draw') }} < voluntary_threshold
        and greatest(0, eligible_from) + {{ uniform(low('voluntary_draw'), 'rules.voluntary_window_days') }} <= last_day
),

automatic as (
    select
        candidates.employee_id,
        (candidates.eligible_from + rules.auto_delay_days)::integer as day,
        'auto' as method,
        false as whole_match,
        rules.auto_rate_bps as rate
    from candidates
    cross join rules
    where rules.auto_enrollment
        and candidates.hire_date >= rules.auto_hired_from
        and candidates.eligible_from + rules.auto_delay_days between 0 and candidates.last_day
        and candidates.employee_id not in (select employee_id from voluntary)
),

enrolled as (
    select * from voluntary
    union all
    select * from automatic
),

final as (
    select
        enrolled.employee_id,
        rules.year_start + enrolled.day as event_date,
        '{"method":"' || enrolled.method || '","whole_match":' || enrolled.whole_match || '}' as event_payload,
        null as amount,
        null as salary,
        null as level_id,
        enrolled.rate
    from enrolled
    cross join rules
)

{{ event_rows('final', 6, 'enrollment') }}
