{# Adds to the state of `relation` what the rules of the year need: age, tenure, bands, hash. CTE `workforce`.
   The hash is staged, so that its first half is not written out again inside the second. #}
{% macro workforce_at_start(relation) -%}
    hashed as (
        select {{ relation }}.*, mix64(xor(employee_id::ubigint, streams.seed_hash)) as once
        from {{ relation }}
        cross join streams
    ),

    workforce as (
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
        inner join {{ ref('age_bands') }} as age_bands
            on age_bands.age = {{ var('simulation_year') }} - year(hashed.birth_date)
        inner join {{ ref('tenure_bands') }} as tenure_bands
            on tenure_bands.tenure = {{ var('simulation_year') }} - year(hashed.hire_date)
    )
{%- endmacro %}

{# State of everybody at work on 1 January, carried over from last year's snapshot. CTE `carried_over`. #}
{% macro carried_over() -%}
    {%- if var('simulation_year') | int == var('start_year') | int -%}
    {{ first_rules_of_run() }},

    carried_over as (
        select
            employee_id, birth_date, hire_date, level_id, salary, is_enrolled, enrollment_date, deferral_rate,
            account_balance,
            {{ eligibility_date_since_census('null::date') }} as eligibility_date
        from {{ ref('stg_census_data') }}
        cross join first_rules
        where termination_date is null
    )
    {%- else -%}
    carried_over as (
        select
            employee_id, birth_date, hire_date, current_level as level_id, current_salary as salary, is_enrolled,
            enrollment_date, deferral_rate, account_balance, eligibility_date
        from {{ source('history', 'fct_workforce_snapshot') }}
        where simulation_year = {{ var('simulation_year') | int - 1 }} and is_active
    )
    {%- endif -%}
{%- endmacro %}
