with employment as (
    select * from {{ ref('int_employment') }} where termination_day is null
),

contributions as (
    select employee_id, sum(amount) as contributed from {{ ref('int_contribution_events') }} group by employee_id
),

{{ rules_of_year() }},

{{ streams_of_year() }},

{{ segments_of_year() }},

invested as (
    select
        employment.employee_id,
        employment.age_band_name,
        segments.portfolio_bps,
        rules.year_start + (rules.days_in_year - 1) as event_date,
        (employment.account_balance + coalesce(contributions.contributed, 0) // 2)::bigint as invested,
        (segments.portfolio_bps + {{ uniform(low(draw('investment')), '2 * rules.portfolio_spread_bps + 1') }}
            - rules.portfolio_spread_bps)::integer as return_bps
    from employment
    left join contributions using (employee_id)
    inner join segments using (age_band, tenure_band, level_id)
    cross join rules
    cross join streams
),

final as (
    select
        employee_id,
        event_date,
        '{"age_band":"' || age_band_name || '","portfolio_bps":' || portfolio_bps || '}' as event_payload,
        {{ raised('invested', 'return_bps') }} - invested as amount,
        null as salary,
        null as level_id,
        return_bps as rate
    from invested
    where invested > 0
)

{{ event_rows('final', 11, 'investment_return') }}
