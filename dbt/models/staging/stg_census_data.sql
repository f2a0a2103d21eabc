with census as (
    select * from {{ ref('census_data') }}
),

levels as (
    select level_id, level_min_salary from {{ ref('comp_levers') }} where simulation_year = {{ var('start_year') }}
),

converted as (
    select
        employee_id,
        birth_date,
        hire_date,
        termination_date,
        level_id,
        (gross_compensation * 100)::bigint as salary,
        coalesce((deferral_rate * 10000)::integer, 0) as deferral_rate,
        enrollment_date,
        coalesce((account_balance * 100)::bigint, 0) as account_balance
    from census
    order by employee_id
    {% if var('dev_employee_limit') | int > 0 %}limit {{ var('dev_employee_limit') }}{% endif %}
),

-- A missing level is the highest one whose minimum salary the pay reaches.
levelled as (
    select
        converted.* exclude (level_id),
        coalesce(
            converted.level_id,
            (select max(levels.level_id) from levels where levels.level_min_salary <= converted.salary),
            1
        ) as level_id
    from converted
),

final as (
    select
        employee_id,
        birth_date,
        hire_date,
        termination_date,
        level_id::integer as level_id,
        salary,
        deferral_rate,
        deferral_rate > 0 as is_enrolled,
        case when deferral_rate > 0 then enrollment_date end as enrollment_date,
        account_balance
    from levelled
)

select * from final
order by employee_id
