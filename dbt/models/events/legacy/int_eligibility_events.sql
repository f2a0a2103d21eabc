with employment as (
    select * from {{ ref('int_employment') }}
),

{{ rules_of_year() }},

eligible as (
    select
        employment.employee_id,
        employment.last_day,
        greatest(0, (employment.hire_date + rules.wait_days) - rules.year_start) as eligibility_day
    from employment
    cross join rules
    where employment.eligibility_date is null
        and employment.age >= rules.minimum_age
),

final as (
    select
        eligible.employee_id,
        rules.year_start + eligible.eligibility_day::integer as event_date,
        '{"minimum_age":' || rules.minimum_age || ',"wait_days":' || rules.wait_days || '}' as event_payload,
        null as amount,
        null as salary,
        null as level_id,
        null as rate
    from eligible
    cross join rules
    where eligible.eligibility_day <= eligible.last_day
)

{{ event_rows('final', 5, 'eligibility') }}
