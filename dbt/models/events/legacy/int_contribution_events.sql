with compensation as (
    select * from {{ ref('int_compensation') }} where window_first is not null
),

{{ rules_of_year() }},

bases as (
    select
        compensation.employee_id,
        compensation.deferral_rate,
        compensation.termination_day,
        rules.year_start + compensation.window_last as event_date,
        least(compensation.window_pay, rules.compensation_limit) as base,
        {{ half_up('least(compensation.window_pay, rules.compensation_limit) * compensation.deferral_rate', 10000) }}
            as wanted,
        rules.elective_limit + case
            when compensation.age between rules.super_catch_up_from_age and rules.super_catch_up_to_age
                then rules.super_catch_up_limit
            when compensation.age >= rules.catch_up_age then rules.catch_up_limit
            else 0
        end as personal_limit
    from compensation
    cross join rules
),

employee as (
    select
        bases.*,
        least(wanted, personal_limit) as contributed,
        {{ half_up('base * rules.tier1_up_to_bps', 10000) }} as cap1,
        {{ half_up('base * rules.tier2_up_to_bps', 10000) }} as cap2,
        {{ half_up('base * rules.tier3_up_to_bps', 10000) }} as cap3
    from bases
    cross join rules
),

matched as (
    select
        employee.*,
        case
            when rules.match_last_day_rule and employee.termination_day is not null then 0
            else {{ half_up(
                'least(contributed, cap1) * rules.tier1_match_bps'
                ~ ' + greatest(0, least(contributed, cap2) - cap1) * rules.tier2_match_bps'
                ~ ' + greatest(0, least(contributed, cap3) - cap2) * rules.tier3_match_bps', 10000) }}
        end as raw_match,
        greatest(0, rules.annual_additions_limit - least(contributed, rules.elective_limit)) as room
    from employee
    cross join rules
),

employee_rows as (
    select
        employee_id,
        event_date,
        '{"limited_by":"' || case when wanted > personal_limit then 'elective_deferral' else 'none' end
            || '","source":"employee"}' as event_payload,
        contributed as amount,
        null as salary,
        null as level_id,
        deferral_rate as rate
    from matched
    where contributed > 0
),

employer_rows as (
    select
        employee_id,
        event_date,
        '{"limited_by":"' || case when raw_match > room then 'annual_additions' else 'none' end
            || '","source":"employer_match"}' as event_payload,
        least(raw_match, room) as amount,
        null as salary,
        null as level_id,
        null as rate
    from matched
    where least(raw_match, room) > 0
)

{{ event_rows('employee_rows', 9, 'contribution') }}
union all
{{ event_rows('employer_rows', 10, 'contribution') }}
