{% set year = var('simulation_year') | int %}

with baseline as (
    select * from {{ ref('int_baseline_workforce') }}
),

{{ first_rules_of_run() }},

{{ streams_of_year() }},

-- The hash in two steps, so that the first is not written out again inside the second.
hashed as (
    select
        baseline.* exclude (eligibility_date),
        {{ eligibility_date_since_census() }} as eligibility_date,
        mix64(xor(employee_id::ubigint, streams.seed_hash)) as once
    from baseline
    cross join first_rules
    cross join streams
),

final as (
    select
        hashed.* exclude (once),
        age_bands.age,
        age_bands.age_band,
        age_bands.age_band_name,
        tenure_bands.tenure,
        tenure_bands.tenure_band,
        tenure_bands.tenure_band_name,
        mix64(hashed.once) as employee_hash
    from hashed
    inner join {{ ref('age_bands') }} as age_bands on age_bands.age = {{ year }} - year(hashed.birth_date)
    inner join {{ ref('tenure_bands') }} as tenure_bands on tenure_bands.tenure = {{ year }} - year(hashed.hire_date)
)

select * from final
order by employee_id
