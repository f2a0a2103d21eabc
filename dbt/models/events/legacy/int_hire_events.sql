with hires as (
    select * from {{ ref('int_hires') }} where simulation_year = {{ var('simulation_year') }}
),

final as (
    select
        employee_id,
        hire_date as event_date,
        '{"age":' || age || ',"level_id":' || level_id || '}' as event_payload,
        null as amount,
        salary,
        level_id,
        null as rate
    from hires
)

{{ event_rows('final', 1, 'hire') }}
