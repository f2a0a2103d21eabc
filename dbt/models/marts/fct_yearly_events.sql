{% if var('engine') == 'optimized' %}
{{ optimized_events() }}
{% else %}
{% set sources = [
    'int_hire_events', 'int_termination_events', 'int_promotion_events', 'int_raise_events', 'int_eligibility_events',
    'int_enrollment_events', 'int_enrollment_change_events', 'int_deferral_escalation_events',
    'int_contribution_events', 'int_investment_return_events',
] %}

with events as (
    {% for name in sources %}
    select * from {{ ref(name) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from events
order by event_sequence, employee_id
{% endif %}
