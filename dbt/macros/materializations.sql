{# One statement per year: the year's rows replace themselves; the first year makes the table. #}
{% materialization append_year, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none -%}
        {%- if config.get('contract').enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif -%}
        {%- call statement('main') -%} create table {{ target_relation }} as ({{ sql }}) {%- endcall -%}
    {%- else -%}
        {%- call statement('delete') -%}
            delete from {{ target_relation }} where simulation_year = {{ var('simulation_year') }}
        {%- endcall -%}
        {%- call statement('main') -%} insert into {{ target_relation }} ({{ sql }}) {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# A table filled shard by shard, so that memory is bounded by a shard. The model filters with `shard_filter()`. #}
{% materialization sharded_table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- for shard in range(var('shards') | int) -%}
        {%- call statement('shard') -%} set variable shard = {{ shard }} {%- endcall -%}
        {%- if loop.first -%}
            {%- call statement('main') -%} create or replace table {{ target_relation }} as ({{ sql }}) {%- endcall -%}
        {%- else -%}
            {%- call statement('main') -%} insert into {{ target_relation }} ({{ sql }}) {%- endcall -%}
        {%- endif -%}
    {%- endfor -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro shard_filter() -%}
    {% if var('shards') | int > 1 %}employee_id % {{ var('shards') }} = getvariable('shard'){% else %}true{% endif %}
{%- endmacro %}
