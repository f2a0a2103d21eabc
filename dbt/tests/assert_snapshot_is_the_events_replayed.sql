-- The last event that carries a salary or a level decides those of the snapshot.
with known as (
    select employee_id, 0 as position, salary, level_id from {{ ref('stg_census_data') }}
    union all
    select employee_id, simulation_year * 100 + event_sequence, salary, level_id from {{ ref('fct_yearly_events') }}
),

replayed as (
    select
        snapshot.simulation_year,
        snapshot.employee_id,
        snapshot.current_salary,
        snapshot.current_level,
        arg_max(known.salary, known.position) filter (where known.salary is not null) as salary,
        arg_max(known.level_id, known.position) filter (where known.level_id is not null) as level_id
    from {{ ref('fct_workforce_snapshot') }} as snapshot
    left join known
        on known.employee_id = snapshot.employee_id and known.position < (snapshot.simulation_year + 1) * 100
    group by all
)

select * from replayed
where current_salary is distinct from salary or current_level is distinct from level_id
