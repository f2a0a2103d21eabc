{% set year = var('simulation_year') | int %}

with workforce as (
    select * from {{ ref('int_workforce') }}
),

terminations as (
    select * from {{ ref('int_experienced_terminations') }}
),

hires as (
    select * from {{ ref('int_hires') }} where simulation_year = {{ year }}
),

{{ plan_of_year() }},

{{ rules_of_year() }},

{{ streams_of_year() }},

leaving as (
    select
        workforce.*,
        terminations.is_drawn,
        terminations.is_drawn or coalesce(workforce.employee_id >= plan.layoff_from_id, false) as leaves
    from workforce
    inner join terminations using (employee_id)
    cross join plan
),

experienced as (
    select
        leaving.* exclude (is_drawn, leaves),
        false as is_new_hire,
        0 as first_day,
        case when leaves then {{ uniform(low(draw('termination')), 'rules.days_in_year') }} end::integer as termination_day,
        case
            when not leaves then null
            when not is_drawn then 'layoff'
            when age >= rules.retirement_age then 'retirement'
            else 'voluntary'
        end as termination_reason
    from leaving
    cross join rules
    cross join streams
),

new_hires as (
    select
        hires.employee_id,
        hires.birth_date,
        hires.hire_date,
        hires.level_id,
        hires.salary,
        null::date as eligibility_date,
        false as is_enrolled,
        null::date as enrollment_date,
        0 as deferral_rate,
        0 as account_balance,
        hires.age,
        age_bands.age_band,
        age_bands.age_band_name,
        tenure_bands.tenure,
        tenure_bands.tenure_band,
        tenure_bands.tenure_band_name,
        hires.employee_hash,
        true as is_new_hire,
        hires.first_day,
        hires.termination_day,
        case when hires.termination_day is not null then 'new_hire' end as termination_reason
    from hires
    inner join {{ ref('age_bands') }} as age_bands using (age)
    inner join {{ ref('tenure_bands') }} as tenure_bands on tenure_bands.tenure = 0
),

everybody as (
    select * from experienced
    union all by name
    select * from new_hires
),

final as (
    select
        everybody.*,
        coalesce(everybody.termination_day, rules.days_in_year - 1) as last_day
    from everybody
    cross join rules
)

select * from final
order by employee_id
