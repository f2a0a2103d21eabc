{% set year = var('simulation_year') | int %}

{% if year == var('start_year') | int %}
with workforce_state as (
    select *, null::date as eligibility_date from {{ ref('stg_census_data') }}
),
{% else %}
with {{ workforce_state(source('history', 'fct_yearly_events'), source('history', 'int_hires'), year - 1) }},
{% endif %}

final as (
    select
        employee_id,
        birth_date,
        hire_date,
        level_id,
        salary,
        eligibility_date,
        is_enrolled,
        enrollment_date,
        deferral_rate,
        account_balance
    from workforce_state
    where termination_date is null
)

select * from final
order by employee_id
