{% set year = var('simulation_year') | int %}

with {{ rules_of_year() }},

drawn as (
    select * from {{ ref('int_experienced_terminations') }}
),

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
    {% if year == var('start_year') | int %}
    select max(employee_id) as highest_id from {{ ref('stg_census_data') }}
    {% else %}
    select max(employee_id) as highest_id
    from (
        select employee_id from {{ ref('stg_census_data') }}
        union all
        select employee_id from {{ source('history', 'int_hires') }} where simulation_year < {{ year }}
    )
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
        case when hires > 0 then (select highest_id from known_ids) + 1 end as first_hire_id,
        (select min(employee_id) from laid_off) as layoff_from_id
    from planned
)

select * from final
