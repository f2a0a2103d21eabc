with baseline as (
    select * from {{ ref('int_baseline_workforce') }}
),

{{ first_rules_of_run() }},

{{ streams_of_year() }},

eligible as (
    select baseline.* exclude (eligibility_date), {{ eligibility_date_since_census() }} as eligibility_date
    from baseline
    cross join first_rules
),

{{ workforce_at_start('eligible') }}

select * from workforce
order by employee_id
