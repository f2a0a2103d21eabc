{{ config(materialized='sharded_table') }}
{% set year = var('simulation_year') | int %}

-- Every decision of the year for every employee in one pass; events and snapshot are read off this table.
-- docs/model.md, sections 5 to 10, in that order.
with {{ rules_of_year() }},

{{ streams_of_year() }},

{{ plan_of_year() }},

{{ segments_of_year() }},

{{ carried_over() }},

in_shard as (
    select * from carried_over where {{ shard_filter() }}
),

{{ workforce_at_start('in_shard') }},

{{ hires_of_year() }},

merit_matrix as (
    select * from {{ ref('merit_matrix') }} where simulation_year = {{ year }}
),

people as (
    select workforce.*, false as is_new_hire, 0 as first_day, null::integer as hire_termination_day from workforce
    union all by name
    select
        hires.* exclude (simulation_year, termination_day),
        hires.termination_day as hire_termination_day,
        null::date as eligibility_date,
        false as is_enrolled,
        null::date as enrollment_date,
        0 as deferral_rate,
        0::bigint as account_balance,
        age_bands.age_band,
        age_bands.age_band_name,
        tenure_bands.tenure,
        tenure_bands.tenure_band,
        tenure_bands.tenure_band_name,
        true as is_new_hire
    from hires
    inner join {{ ref('age_bands') }} as age_bands using (age)
    inner join {{ ref('tenure_bands') }} as tenure_bands on tenure_bands.tenure = 0
    where {{ shard_filter() }}
),

drawn as (
    select
        people.*,
        segments.* exclude (simulation_year, age_band, tenure_band, level_id),
        {% for stream in [
            'termination', 'promotion', 'rating', 'voluntary_enrollment', 'deferral_choice', 'opt_out', 'escalation',
            'investment',
        ] -%}
        {{ draw(stream) }} as {{ stream }}_draw{{ ',' if not loop.last }}
        {% endfor %}
    from people
    inner join segments using (age_band, tenure_band, level_id)
    cross join streams
),

terminations as (
    select
        drawn.*,
        not is_new_hire and {{ high('termination_draw') }} < termination_threshold as is_drawn,
        case
            when is_new_hire then hire_termination_day
            when is_drawn or coalesce(employee_id >= plan.layoff_from_id, false)
                then {{ uniform(low('termination_draw'), 'rules.days_in_year') }}::integer
        end as termination_day,
        coalesce(termination_day, rules.days_in_year - 1) as last_day
    from drawn
    cross join plan
    cross join rules
),

promotions as (
    select
        terminations.*,
        slots.rating,
        not is_new_hire and terminations.salary > 0 as has_raises,
        has_raises and rules.promotion_day <= last_day and {{ high('promotion_draw') }} < promotion_threshold
            as is_promoted,
        levers.promotion_raise_bps + {{ uniform(low('promotion_draw'), '2 * rules.promotion_spread_bps + 1') }}
            - rules.promotion_spread_bps as promotion_bps,
        terminations.salary as s0,
        case
            when is_promoted then greatest({{ raised('terminations.salary', 'promotion_bps') }}, levers.next_level_min_salary)
            else terminations.salary
        end as s1,
        terminations.level_id + is_promoted::integer as level_after
    from terminations
    inner join levers using (level_id)
    inner join slots on slots.slot = {{ uniform(high('rating_draw'), 100) }}
    cross join rules
),

raises as (
    select
        promotions.*,
        merit_matrix.merit_bps,
        merit_matrix.merit_bps + rules.cola_bps as raise_bps,
        has_raises and rules.merit_day <= last_day and merit_matrix.merit_bps + rules.cola_bps > 0 as is_raised,
        case
            when is_raised then {{ raised('s1', '(merit_matrix.merit_bps + rules.cola_bps)') }}
            else s1
        end as s2
    from promotions
    inner join merit_matrix
        on merit_matrix.level_id = promotions.level_after and merit_matrix.rating = promotions.rating
    cross join rules
),

eligibility as (
    select
        raises.* exclude (eligibility_date),
        greatest(0, (hire_date + rules.wait_days) - rules.year_start)::integer as eligibility_day,
        eligibility_date is null and age >= rules.minimum_age and eligibility_day <= last_day as becomes_eligible,
        case
            when becomes_eligible then (rules.year_start + eligibility_day)::date
            else eligibility_date
        end as eligibility_date
    from raises
    cross join rules
),

enrollment_days as (
    select
        eligibility.*,
        not is_enrolled and eligibility_date is not null as may_enroll,
        (greatest(0, eligibility_date - rules.year_start)
            + {{ uniform(low('voluntary_enrollment_draw'), 'rules.voluntary_window_days') }})::integer as voluntary_day,
        (eligibility_date - rules.year_start + rules.auto_delay_days)::integer as auto_day
    from eligibility
    cross join rules
),

enrollments as (
    select
        enrollment_days.*,
        may_enroll and {{ high('voluntary_enrollment_draw') }} < voluntary_threshold and voluntary_day <= last_day as is_voluntary,
        may_enroll and not is_voluntary and rules.auto_enrollment and hire_date >= rules.auto_hired_from
            and auto_day between 0 and last_day as is_auto,
        is_voluntary and {{ high('deferral_choice_draw') }} < rules.whole_match_threshold
            and voluntary_rate_bps < rules.match_ceiling_bps as whole_match,
        case when is_voluntary then voluntary_day when is_auto then auto_day end as enrollment_day,
        case
            when whole_match then rules.match_ceiling_bps
            when is_voluntary then voluntary_rate_bps
            when is_auto then rules.auto_rate_bps
        end as enrollment_rate
    from enrollment_days
    cross join rules
),

opt_outs as (
    select
        enrollments.*,
        least(rules.opt_out_window_days, last_day - enrollment_day) as opt_out_window,
        case
            when is_auto and opt_out_window >= 1 and {{ high('opt_out_draw') }} < opt_out_threshold
                then (enrollment_day + 1 + {{ uniform(low('opt_out_draw'), 'opt_out_window') }})::integer
        end as opt_out_day
    from enrollments
    cross join rules
),

windows as (
    select
        opt_outs.*,
        is_enrolled and deferral_rate < rules.escalation_cap_bps
            and coalesce(enrollment_date + rules.escalation_minimum_days <= rules.year_start, true)
            and {{ high('escalation_draw') }} < rules.escalation_threshold as is_escalated,
        deferral_rate + rules.escalation_step_bps >= rules.escalation_cap_bps as at_cap,
        case
            when is_escalated then least(deferral_rate + rules.escalation_step_bps, rules.escalation_cap_bps)
            when is_enrolled then deferral_rate
            else enrollment_rate
        end as rate_in_window,
        case when is_enrolled then 0 else enrollment_day end as window_first,
        coalesce(opt_out_day - 1, last_day) as window_last
    from opt_outs
    cross join rules
),

paid as (
    select
        windows.*,
        ({{ pay('first_day', 'last_day') }})::bigint as paid_compensation,
        coalesce(least({{ pay('window_first', 'window_last') }}, rules.compensation_limit), 0)::bigint as base
    from windows
    cross join rules
),

employee as (
    select
        paid.*,
        coalesce({{ half_up('base * rate_in_window', 10000) }}, 0) as wanted,
        rules.elective_limit + case
            when age between rules.super_catch_up_from_age and rules.super_catch_up_to_age
                then rules.super_catch_up_limit
            when age >= rules.catch_up_age then rules.catch_up_limit
            else 0
        end as personal_limit,
        least(wanted, personal_limit) as employee_contribution
    from paid
    cross join rules
),

matched as (
    select
        employee.*,
        {{ half_up('base * rules.tier1_up_to_bps', 10000) }} as cap1,
        {{ half_up('base * rules.tier2_up_to_bps', 10000) }} as cap2,
        {{ half_up('base * rules.tier3_up_to_bps', 10000) }} as cap3,
        case
            when rules.match_last_day_rule and termination_day is not null then 0
            else {{ half_up(
                'least(employee_contribution, cap1) * rules.tier1_match_bps'
                ~ ' + greatest(0, least(employee_contribution, cap2) - cap1) * rules.tier2_match_bps'
                ~ ' + greatest(0, least(employee_contribution, cap3) - cap2) * rules.tier3_match_bps', 10000) }}
        end as raw_match,
        greatest(0, rules.annual_additions_limit - least(employee_contribution, rules.elective_limit)) as room,
        least(raw_match, room) as employer_match
    from employee
    cross join rules
),

invested as (
    select
        matched.*,
        (account_balance + (employee_contribution + employer_match) // 2)::bigint as invested,
        termination_day is null and invested > 0 as is_invested,
        (portfolio_bps + {{ uniform(low('investment_draw'), '2 * rules.portfolio_spread_bps + 1') }}
            - rules.portfolio_spread_bps)::integer as return_bps,
        case
            when is_invested then {{ raised('invested', 'return_bps') }} - invested
            else 0
        end as investment_return
    from matched
    cross join rules
),

final as (
    select
        employee_id, birth_date, hire_date, age, age_band_name, tenure, tenure_band_name, is_new_hire,
        (rules.year_start + termination_day)::date as termination_date,
        termination_day,
        last_day,
        case
            when termination_day is null then null
            when is_new_hire then 'new_hire'
            when not is_drawn then 'layoff'
            when age >= rules.retirement_age then 'retirement'
            else 'voluntary'
        end as termination_reason,
        level_id, level_after, s0, s1, s2, is_promoted, promotion_bps, is_raised, raise_bps, merit_bps, rating,
        paid_compensation, becomes_eligible, eligibility_date,
        enrollment_day, is_auto, whole_match, enrollment_rate, opt_out_day, is_escalated, at_cap, rate_in_window,
        window_last,
        opt_out_day is null and (is_enrolled or enrollment_day is not null) as is_enrolled_after,
        case
            when opt_out_day is not null then null
            when enrollment_day is not null then (rules.year_start + enrollment_day)::date
            else enrollment_date
        end as enrollment_date_after,
        case
            when opt_out_day is not null then 0
            else coalesce(rate_in_window, deferral_rate)
        end as deferral_rate_after,
        employee_contribution, wanted > personal_limit as is_limited,
        employer_match, raw_match > room as is_match_limited,
        is_invested, return_bps, portfolio_bps, investment_return,
        account_balance + employee_contribution + employer_match + investment_return as balance_after
    from invested
    cross join rules
)

select * from final
