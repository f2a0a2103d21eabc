with employment as (
    select * from {{ ref('int_employment') }}
),

{{ rules_of_year() }},

final as (
    select
        employment.employee_id,
        rules.year_start + employment.termination_day as event_date,
        '{"age_band":"' || age_band_name || '","reason":"' || termination_reason
            || '","tenure_band":"' || tenure_band_name || '"}' as event_payload,
        null as amount,
        null as salary,
        null as level_id,
        null as rate
    from employment
    cross join rules
    where employment.termination_day is not null
)

{{ event_rows('final', 2, 'termination') }}
