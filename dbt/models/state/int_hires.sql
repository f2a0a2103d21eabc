{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='simulation_year') }}
{% set year = var('simulation_year') | int %}

with plan as (
    select * from {{ ref('fct_headcount_plan') }} where simulation_year = {{ year }}
),

{{ rules_of_year() }},

{{ streams_of_year() }},

hired as (
    select
        first_hire_id + offset_in_year as employee_id,
        offset_in_year < new_hire_terminations as leaves_in_year
    from plan, generate_series(0, hires - 1) as series (offset_in_year)
    where hires > 0
),

hashed_once as (
    select *, mix64(xor(employee_id::ubigint, streams.seed_hash)) as once from hired cross join streams
),

hashed as (
    select employee_id, leaves_in_year, mix64(once) as employee_hash from hashed_once
),

drawn as (
    select
        hashed.*,
        {{ draw('hire_person') }} as person,
        {{ draw('hire_position') }} as position,
        {{ draw('hire_details') }} as details
    from hashed
    cross join streams
),

slots as (
    select * from {{ ref('percentile_slots') }} where simulation_year = {{ year }}
),

levers as (
    select * from {{ ref('comp_levers') }} where simulation_year = {{ year }}
),

days as (
    select
        drawn.*,
        age_slot.hire_age as age,
        level_slot.hire_level as level_id,
        {{ uniform(low('person'), 'rules.days_in_year') }}::integer as first_day,
        rules.year_start,
        rules.days_in_year
    from drawn
    cross join rules
    inner join slots as age_slot on age_slot.slot = {{ uniform(high('person'), 100) }}
    inner join slots as level_slot on level_slot.slot = {{ uniform(high('position'), 100) }}
),

final as (
    select
        {{ year }}::integer as simulation_year,
        days.employee_id,
        (make_date({{ year }} - days.age, 1, 1) + {{ uniform(high('details'), 365) }}::integer)::date as birth_date,
        (days.year_start + days.first_day)::date as hire_date,
        days.age,
        days.level_id,
        (levers.hire_min_dollars + {{ uniform(low('position'), 'levers.hire_max_dollars - levers.hire_min_dollars + 1') }})
            * 100 as salary,
        days.first_day,
        case
            when days.leaves_in_year then days.first_day + least(
                days.days_in_year - 1 - days.first_day,
                1 + {{ uniform(low('details'), 'days.days_in_year - 1 - days.first_day') }}
            )
        end::integer as termination_day,
        days.employee_hash
    from days
    inner join levers using (level_id)
)

select * from final
order by employee_id
