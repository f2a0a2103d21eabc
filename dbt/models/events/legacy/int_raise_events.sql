with employment as (
    select * from {{ ref('int_employment') }}
),

promotions as (
    select * from {{ ref('int_promotion_events') }}
),

merit_matrix as (
    select * from {{ ref('merit_matrix') }} where simulation_year = {{ var('simulation_year') }}
),

slots as (
    select * from {{ ref('percentile_slots') }} where simulation_year = {{ var('simulation_year') }}
),

{{ rules_of_year() }},

{{ streams_of_year() }},

rated as (
    select
        employment.employee_id,
        coalesce(promotions.level_id, employment.level_id) as level_id,
        coalesce(promotions.salary, employment.salary) as salary_before,
        {{ uniform(high(draw('rating')), 100) }} as slot
    from employment
    left join promotions using (employee_id)
    cross join rules
    cross join streams
    where not employment.is_new_hire
        and employment.salary > 0
        and rules.merit_day <= employment.last_day
),

raised as (
    select
        rated.employee_id,
        rated.salary_before,
        slots.rating,
        merit_matrix.merit_bps,
        rules.cola_bps,
        merit_matrix.merit_bps + rules.cola_bps as raise_bps,
        rules.year_start + rules.merit_day as event_date
    from rated
    inner join slots using (slot)
    inner join merit_matrix on merit_matrix.level_id = rated.level_id and merit_matrix.rating = slots.rating
    cross join rules
    where merit_matrix.merit_bps + rules.cola_bps > 0
),

final as (
    select
        employee_id,
        event_date,
        '{"cola_bps":' || cola_bps || ',"merit_bps":' || merit_bps || ',"rating":' || rating || '}' as event_payload,
        {{ raised('salary_before', 'raise_bps') }} - salary_before as amount,
        {{ raised('salary_before', 'raise_bps') }} as salary,
        null as level_id,
        raise_bps as rate
    from raised
)

{{ event_rows('final', 4, 'raise') }}
