-- Balance = balance in the census + everything booked up to that year.
with booked as (
    select employee_id, simulation_year, sum(amount) as amount
    from {{ ref('fct_yearly_events') }}
    where event_type in ('contribution', 'investment_return')
    group by employee_id, simulation_year
),

expected as (
    select
        snapshot.employee_id,
        snapshot.simulation_year,
        snapshot.account_balance,
        coalesce(census.account_balance, 0) + sum(coalesce(booked.amount, 0)) over (
            partition by snapshot.employee_id order by snapshot.simulation_year
        ) as expected_balance
    from {{ ref('fct_workforce_snapshot') }} as snapshot
    left join {{ ref('stg_census_data') }} as census using (employee_id)
    left join booked using (employee_id, simulation_year)
)

select * from expected where account_balance != expected_balance
