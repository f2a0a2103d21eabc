select employee_id
from {{ ref('fct_yearly_events') }}
where event_type = 'termination'
group by employee_id
having count(*) > 1
