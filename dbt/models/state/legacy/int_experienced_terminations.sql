with workforce as (
    select * from {{ ref('int_workforce') }}
),

{{ streams_of_year() }},

{{ segments_of_year() }},

final as (
    select
        workforce.employee_id,
        {{ high(draw('termination')) }} < segments.termination_threshold as is_drawn
    from workforce
    inner join segments using (age_band, tenure_band, level_id)
    cross join streams
)

select * from final
