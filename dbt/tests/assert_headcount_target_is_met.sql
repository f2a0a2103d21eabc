-- The plan's equation holds, the target is met, and the snapshot counts the same people.
with active as (
    select simulation_year, count(*) filter (where is_active) as active_headcount
    from {{ ref('fct_workforce_snapshot') }}
    group by simulation_year
)

select plan.*, active.active_headcount
from {{ ref('fct_headcount_plan') }} as plan
left join active using (simulation_year)
where plan.ending_headcount != plan.target_headcount
    or coalesce(active.active_headcount, 0) != plan.ending_headcount
    or plan.starting_headcount - plan.experienced_terminations - plan.layoffs + plan.hires
        - plan.new_hire_terminations != plan.ending_headcount
