-- Nobody has an event before the hire or after the last day.
select events.*
from {{ ref('fct_yearly_events') }} as events
left join {{ ref('fct_workforce_snapshot') }} as snapshot using (simulation_year, employee_id)
where snapshot.employee_id is null
    or events.event_date < snapshot.hire_date
    or events.event_date > coalesce(snapshot.termination_date, make_date(events.simulation_year, 12, 31))
