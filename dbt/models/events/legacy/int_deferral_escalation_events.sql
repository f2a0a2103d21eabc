with employment as (
    select * from {{ ref('int_employment') }}
),

{{ rules_of_year() }},

{{ streams_of_year() }},

final as (
    select
        employment.employee_id,
        rules.year_start as event_date,
        '{"at_cap":' || (employment.deferral_rate + rules.escalation_step_bps >= rules.escalation_cap_bps) || '}'
            as event_payload,
        null as amount,
        null as salary,
        null as level_id,
        least(employment.deferral_rate + rules.escalation_step_bps, rules.escalation_cap_bps) as rate
    from employment
    cross join rules
    cross join streams
    where employment.is_enrolled
        and employment.deferral_rate < rules.escalation_cap_bps
        and (
            employment.enrollment_date is null
            or employment.enrollment_date + rules.escalation_minimum_days <= rules.year_start
        )
        and {{ high(draw('escalation')) }} < rules.escalation_threshold
)

{{ event_rows('final', 8, 'deferral_escalation') }}
