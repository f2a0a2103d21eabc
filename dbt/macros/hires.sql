{# This year's hires, docs/model.md section 7. CTE `hires`; reads the CTEs plan, rules and streams. #}
{% macro hires_of_year() -%}
    hires_numbered as (
        select
            first_hire_id + offset_in_year as employee_id,
            offset_in_year < new_hire_terminations as leaves_in_year
        from plan, generate_series(0, hires - 1) as series (offset_in_year)
        where hires > 0
    ),

    hires_hashed_once as (
        select *, mix64(xor(employee_id::ubigint, streams.seed_hash)) as once from hires_numbered cross join streams
    ),

    hires_hashed as (
        select employee_id, leaves_in_year, mix64(once) as employee_hash from hires_hashed_once
    ),

    hires_drawn as (
        select
            hires_hashed.*,
            {{ draw('hire_person') }} as person,
            {{ draw('hire_position') }} as position,
            {{ draw('hire_details') }} as details
        from hires_hashed
        cross join streams
    ),

    slots as (
        select * from {{ ref('percentile_slots') }} where simulation_year = {{ var('simulation_year') }}
    ),

    levers as (
        select * from {{ ref('comp_levers') }} where simulation_year = {{ var('simulation_year') }}
    ),

    hires_placed as (
        select
            hires_drawn.*,
            age_slot.hire_age as age,
            level_slot.hire_level as level_id,
            {{ uniform(low('person'), 'rules.days_in_year') }}::integer as first_day,
            rules.year_start,
            rules.days_in_year
        from hires_drawn
        cross join rules
        inner join slots as age_slot on age_slot.slot = {{ uniform(high('person'), 100) }}
        inner join slots as level_slot on level_slot.slot = {{ uniform(high('position'), 100) }}
    ),

    hires as (
        select
            {{ var('simulation_year') }}::integer as simulation_year,
            hires_placed.employee_id,
            (make_date({{ var('simulation_year') }} - hires_placed.age, 1, 1) + {{ uniform(high('details'), 365) }}::integer)::date as birth_date,
            (hires_placed.year_start + hires_placed.first_day)::date as hire_date,
            hires_placed.age,
            hires_placed.level_id,
            (levers.hire_min_dollars + {{ uniform(low('position'), 'levers.hire_max_dollars - levers.hire_min_dollars + 1') }})
                * 100 as salary,
            hires_placed.first_day,
            case
                when hires_placed.leaves_in_year then hires_placed.first_day + least(
                    hires_placed.days_in_year - 1 - hires_placed.first_day,
                    1 + {{ uniform(low('details'), 'hires_placed.days_in_year - 1 - hires_placed.first_day') }}
                )
            end::integer as termination_day,
            hires_placed.employee_hash
        from hires_placed
        inner join levers using (level_id)
    )
{%- endmacro %}
