{# One kind of event, read off int_employee_year. `rules` is the year's row. #}
{% macro fused_events(sequence, event_type, date, payload, condition,
                      amount='null', salary='null', level_id='null', rate='null') -%}
    {%- set rows -%}
    (
        select
            employee_id,
            {{ date }} as event_date,
            {{ payload }} as event_payload,
            {{ amount }} as amount,
            {{ salary }} as salary,
            {{ level_id }} as level_id,
            {{ rate }} as rate
        from {{ ref('int_employee_year') }}
        cross join rules
        where {{ condition }}
    )
    {%- endset -%}
    {{ event_rows(rows, sequence, event_type) }}
{%- endmacro %}

{# JSON text of an object: pairs of key and SQL expression, keys sorted; `text` keys are quoted. #}
{% macro json_object(pairs, text=[]) -%}
    '{' || {% for key, value in pairs.items() -%}
    '{{ ',' if not loop.first }}"{{ key }}":{{ '"' if key in text }}' || {{ value }}{{ " || '\"'" if key in text }} ||
    {%- endfor %} '}'
{%- endmacro %}

{% macro optimized_events() -%}
with {{ rules_of_year() }},

events as (
    {{ fused_events(1, 'hire', 'hire_date', json_object({'age': 'age', 'level_id': 'level_id'}), 'is_new_hire',
                    salary='s0', level_id='level_id') }}
    union all
    {{ fused_events(2, 'termination', 'termination_date',
                    json_object({'age_band': 'age_band_name', 'reason': 'termination_reason', 'tenure_band': 'tenure_band_name'},
                                text=['age_band', 'reason', 'tenure_band']), 'termination_day is not null') }}
    union all
    {{ fused_events(3, 'promotion', '(rules.year_start + rules.promotion_day)::date',
                    json_object({'from_level': 'level_id', 'to_level': 'level_after'}), 'is_promoted',
                    amount='s1 - s0', salary='s1', level_id='level_after', rate='promotion_bps') }}
    union all
    {{ fused_events(4, 'raise', '(rules.year_start + rules.merit_day)::date',
                    json_object({'cola_bps': 'rules.cola_bps', 'merit_bps': 'merit_bps', 'rating': 'rating'}), 'is_raised',
                    amount='s2 - s1', salary='s2', rate='raise_bps') }}
    union all
    {{ fused_events(5, 'eligibility', 'eligibility_date',
                    json_object({'minimum_age': 'rules.minimum_age', 'wait_days': 'rules.wait_days'}), 'becomes_eligible') }}
    union all
    {{ fused_events(6, 'enrollment', '(rules.year_start + enrollment_day)::date',
                    json_object({'method': "case when is_auto then 'auto' else 'voluntary' end", 'whole_match': 'whole_match'},
                                text=['method']), 'enrollment_day is not null', rate='enrollment_rate') }}
    union all
    {{ fused_events(7, 'enrollment_change', '(rules.year_start + opt_out_day)::date',
                    json_object({'reason': "'opt_out'"}, text=['reason']), 'opt_out_day is not null', rate='0') }}
    union all
    {{ fused_events(8, 'deferral_escalation', 'rules.year_start', json_object({'at_cap': 'at_cap'}), 'is_escalated',
                    rate='rate_in_window') }}
    union all
    {{ fused_events(9, 'contribution', '(rules.year_start + window_last)::date',
                    json_object({'limited_by': "case when is_limited then 'elective_deferral' else 'none' end",
                                 'source': "'employee'"}, text=['limited_by', 'source']), 'employee_contribution > 0',
                    amount='employee_contribution', rate='rate_in_window') }}
    union all
    {{ fused_events(10, 'contribution', '(rules.year_start + window_last)::date',
                    json_object({'limited_by': "case when is_match_limited then 'annual_additions' else 'none' end",
                                 'source': "'employer_match'"}, text=['limited_by', 'source']), 'employer_match > 0',
                    amount='employer_match') }}
    union all
    {{ fused_events(11, 'investment_return', '(rules.year_start + (rules.days_in_year - 1))::date',
                    json_object({'age_band': 'age_band_name', 'portfolio_bps': 'portfolio_bps'}, text=['age_band']),
                    'is_invested', amount='investment_return', rate='return_bps') }}
)

select * from events
order by event_sequence, employee_id
{%- endmacro %}

{% macro optimized_snapshot() -%}
select
    {{ var('simulation_year') }}::integer as simulation_year,
    employee_id,
    birth_date,
    hire_date,
    termination_date,
    termination_date is null as is_active,
    age::integer as age,
    tenure::integer as tenure,
    level_after::integer as current_level,
    s2::bigint as current_salary,
    paid_compensation,
    eligibility_date,
    is_enrolled_after as is_enrolled,
    enrollment_date_after as enrollment_date,
    deferral_rate_after::integer as deferral_rate,
    employee_contribution::bigint as employee_contribution,
    employer_match::bigint as employer_match,
    investment_return::bigint as investment_return,
    balance_after::bigint as account_balance
from {{ ref('int_employee_year') }}
order by employee_id
{%- endmacro %}
