with employment as (
    select * from {{ ref('int_employment') }}
),

automatic as (
    select employee_id, event_date from {{ ref('int_enrollment_events') }} where event_payload ->> 'method' = 'auto'
),

{{ rules_of_year() }},

{{ streams_of_year() }},

{{ segments_of_year() }},

opted_out as (
    select
        employment.employee_id,
        (automatic.event_date - rules.year_start)::integer as enrollment_day,
        least(rules.opt_out_window_days, employment.last_day - (automatic.event_date - rules.year_start)) as window_days,
        {{ draw('opt_out') }} as draw,
        segments.opt_out_threshold
    from employment
    inner join automatic using (employee_id)
    inner join segments using (age_band, tenure_band, level_id)
    cross join rules
    cross join streams
),

final as (
    select
        opted_out.employee_id,
        rules.year_start
            + (opted_out.enrollment_day + 1 + {{ uniform(low('opted_out.draw'), 'opted_out.window_days') }})::integer
            as event_date,
        '{"reason":"opt_out"}' as event_payload,
        null as amount,
        null as salary,
        null as level_id,
        0 as rate
    from opted_out
    cross join rules
    where opted_out.window_days >= 1
        and {{ high('opted_out.draw') }} < opted_out.opt_out_threshold
)

{{ event_rows('final', 7, 'enrollment_change') }}
