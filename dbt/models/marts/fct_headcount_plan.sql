{% set year = var('simulation_year') | int %}

with {{ rules_of_year() }},

{% if var('engine') == 'optimized' %}
{{ streams_of_year() }},

{{ segments_of_year() }},

{{ carried_over() }},

{{ workforce_at_start('carried_over') }},

drawn as (
    select employee_id, {{ high(draw('termination')) }} < segments.termination_threshold as is_drawn
    from workforce
    inner join segments using (age_band, tenure_band, level_id)
    cross join streams
),
{% else %}
drawn as (
    select * from {{ ref('int_experienced_terminations') }}
),
{% endif %}

counts as (
    select count(*) as starting, count(*) filter (where is_drawn) as terminations from drawn
),

targets as (
    select
        starting,
        terminations,
        {{ half_up('starting * (10000 + growth_bps)', 10000) }} as target,
        target - (starting - terminations) as need,
        new_hire_termination_bps as leaving_bps
    from counts
    cross join rules
),

planned as (
    select
        *,
        greatest(0, -need) as layoffs,
        case when need > 0 then (need * 10000 + 9999 - leaving_bps) // (10000 - leaving_bps) else 0 end as hires,
        case when need > 0 then hires - need else 0 end as new_hire_terminations
    from targets
),

-- Last in, first out: the remaining employees with the highest ids.
laid_off as (
    select employee_id
    from drawn
    where not is_drawn
    order by employee_id desc
    limit (select layoffs from planned)
),

known_ids as (
    select max(employee_id) as highest_id from {{ ref('stg_census_data') }}
    {% if year > var('start_year') | int %}
    union all
    select max(first_hire_id + hires - 1) from {{ source('history', 'fct_headcount_plan') }} where simulation_year < {{ year }}
    {% endif %}
),

final as (
    select
        {{ year }}::integer as simulation_year,
        starting::integer as starting_headcount,
        terminations::integer as experienced_terminations,
        target::integer as target_headcount,
        layoffs::integer as layoffs,
        hires::integer as hires,
        new_hire_terminations::integer as new_hire_terminations,
        (starting - terminations - layoffs + hires - new_hire_terminations)::integer as ending_headcount,
        case when hires > 0 then (select max(highest_id) from known_ids) + 1 end as first_hire_id,
        (select min(employee_id) from laid_off) as layoff_from_id
    from planned
)

select * from final
