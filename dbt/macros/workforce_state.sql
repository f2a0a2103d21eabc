{# Everybody's state, rebuilt from the census, the hires and the whole event history up to and including `last_year`.
   One row per employee ever known; termination_date is NULL for those still employed. #}
{% macro workforce_state(events, hires, last_year) -%}
    history as (
        select *, simulation_year * 100 + event_sequence as position
        from {{ events }}
        where simulation_year <= {{ last_year }}
    ),

    replayed as (
        select
            employee_id,
            max(event_date) filter (where event_type = 'termination') as termination_date,
            arg_max(level_id, position) filter (where level_id is not null) as level_id,
            arg_max(salary, position) filter (where salary is not null) as salary,
            max(event_date) filter (where event_type = 'eligibility') as eligibility_date,
            arg_max(event_type = 'enrollment', position)
                filter (where event_type in ('enrollment', 'enrollment_change')) as is_enrolled,
            arg_max(event_date, position)
                filter (where event_type in ('enrollment', 'enrollment_change')) as enrollment_date,
            arg_max(rate, position)
                filter (where event_type in ('enrollment', 'enrollment_change', 'deferral_escalation')) as deferral_rate,
            sum(amount) filter (where event_type in ('contribution', 'investment_return')) as booked
        from history
        group by employee_id
    ),

    people as (
        select
            employee_id, birth_date, hire_date, level_id, salary, is_enrolled, enrollment_date, deferral_rate,
            account_balance
        from {{ ref('stg_census_data') }}
        where termination_date is null
        union all
        select employee_id, birth_date, hire_date, level_id, salary, false, null, 0, 0
        from {{ hires }}
        where simulation_year <= {{ last_year }}
    ),

    workforce_state as (
        select
            people.employee_id,
            people.birth_date,
            people.hire_date,
            replayed.termination_date,
            coalesce(replayed.level_id, people.level_id) as level_id,
            coalesce(replayed.salary, people.salary) as salary,
            replayed.eligibility_date,
            coalesce(replayed.is_enrolled, people.is_enrolled) as is_enrolled,
            case
                when replayed.is_enrolled then replayed.enrollment_date
                when replayed.is_enrolled is null then people.enrollment_date
            end as enrollment_date,
            coalesce(replayed.deferral_rate, people.deferral_rate) as deferral_rate,
            (people.account_balance + coalesce(replayed.booked, 0))::bigint as account_balance
        from people
        left join replayed using (employee_id)
    )
{%- endmacro %}

{# Eligibility date, or NULL if not yet eligible: from its event, or reached before the first year by that year's rules
   (docs/model.md section 3). Reads hire_date, birth_date and first_rules. #}
{% macro eligibility_date_since_census(by_event='eligibility_date') -%}
    coalesce({{ by_event }}, case
        when greatest(hire_date + wait_days, make_date(year(birth_date) + minimum_age, 1, 1)) < year_start
            then greatest(hire_date + wait_days, make_date(year(birth_date) + minimum_age, 1, 1))
    end)
{%- endmacro %}

{% macro first_rules_of_run() -%}
    first_rules as (
        select wait_days, minimum_age, year_start
        from {{ ref('yearly_rules') }}
        where simulation_year = {{ var('start_year') }}
    )
{%- endmacro %}
