{# Import CTEs of the simulated year. #}
{% macro rules_of_year() -%}
    rules as (
        select * from {{ ref('yearly_rules') }} where simulation_year = {{ var('simulation_year') }}
    )
{%- endmacro %}

{% macro streams_of_year() -%}
    streams as (
        select * from {{ ref('stg_random_streams') }} where simulation_year = {{ var('simulation_year') }}
    )
{%- endmacro %}

{% macro plan_of_year() -%}
    plan as (
        select * from {{ ref('fct_headcount_plan') }} where simulation_year = {{ var('simulation_year') }}
    )
{%- endmacro %}

{% macro segments_of_year() -%}
    segments as (
        select * from {{ ref('segment_parameters') }} where simulation_year = {{ var('simulation_year') }}
    )
{%- endmacro %}

{# Rows of `relation` (employee_id, event_date, event_payload, amount, salary, level_id, rate) as events of one kind. #}
{% macro event_rows(relation, sequence, event_type) -%}
    select
        employee_id * 1000000 + {{ var('simulation_year') }} * 100 + {{ sequence }} as event_id,
        {{ var('simulation_year') }}::integer as simulation_year,
        employee_id,
        {{ sequence }}::integer as event_sequence,
        '{{ event_type }}' as event_type,
        event_date::date as event_date,
        event_payload,
        amount::bigint as amount,
        salary::bigint as salary,
        level_id::integer as level_id,
        rate::integer as rate
    from {{ relation }}
{%- endmacro %}
