with employment as (
    select * from {{ ref('int_employment') }}
),

levers as (
    select * from {{ ref('comp_levers') }} where simulation_year = {{ var('simulation_year') }}
),

{{ rules_of_year() }},

{{ streams_of_year() }},

{{ segments_of_year() }},

drawn as (
    select
        employment.employee_id,
        employment.level_id,
        employment.salary,
        {{ draw('promotion') }} as draw,
        segments.promotion_threshold
    from employment
    inner join segments using (age_band, tenure_band, level_id)
    cross join rules
    cross join streams
    where not employment.is_new_hire
        and employment.salary > 0
        and rules.promotion_day <= employment.last_day
),

promoted as (
    select
        drawn.employee_id,
        drawn.level_id,
        drawn.salary as salary_before,
        levers.next_level_min_salary,
        levers.promotion_raise_bps + {{ uniform(low('drawn.draw'), '2 * rules.promotion_spread_bps + 1') }}
            - rules.promotion_spread_bps as raise_bps,
        rules.year_start + rules.promotion_day as event_date
    from drawn
    inner join levers using (level_id)
    cross join rules
    where {{ high('drawn.draw') }} < drawn.promotion_threshold
),

final as (
    select
        employee_id,
        event_date,
        '{"from_level":' || promoted.level_id || ',"to_level":' || (promoted.level_id + 1) || '}' as event_payload,
        greatest({{ raised('salary_before', 'raise_bps') }}, next_level_min_salary) - salary_before as amount,
        greatest({{ raised('salary_before', 'raise_bps') }}, next_level_min_salary) as salary,
        promoted.level_id + 1 as level_id,
        raise_bps as rate
    from promoted
)

{{ event_rows('final', 3, 'promotion') }}
