-- The plan's numbers are those of the hire and termination events.
with counted as (
    select
        simulation_year,
        count(*) filter (where event_type = 'hire') as hires,
        count(*) filter (where event_type = 'termination') as terminations
    from {{ ref('fct_yearly_events') }}
    group by simulation_year
)

select plan.*, counted.hires as hire_events, counted.terminations as termination_events
from {{ ref('fct_headcount_plan') }} as plan
left join counted using (simulation_year)
where plan.hires != coalesce(counted.hires, 0)
    or plan.experienced_terminations + plan.layoffs + plan.new_hire_terminations != coalesce(counted.terminations, 0)
