{# Rounding of docs/model.md: half up, for a >= 0 and b > 0 #}
{% macro half_up(a, b) -%} ((({{ a }}) + ({{ b }}) // 2) // ({{ b }})) {%- endmacro %}

{# Yearly salary after a raise in basis points #}
{% macro raised(salary, bps) -%} {{ half_up(salary ~ ' * (10000 + ' ~ bps ~ ')', 10000) }} {%- endmacro %}

{# Cents paid for the days first … last (days of the year, inclusive): docs/model.md section 9.
   Reads s0, s1, s2 (the year's three salaries) and the year's rules. #}
{% macro pay(first, last) -%}
{%- set days_before_promotion = 'greatest(0, least(' ~ last ~ ' + 1, rules.promotion_day) - ' ~ first ~ ')' -%}
{%- set days_before_merit = 'greatest(0, least(' ~ last ~ ' + 1, rules.merit_day) - greatest(' ~ first ~ ', rules.promotion_day))' -%}
{%- set days_after_merit = 'greatest(0, ' ~ last ~ ' + 1 - greatest(' ~ first ~ ', rules.merit_day))' -%}
{{ half_up('s0 * ' ~ days_before_promotion ~ ' + s1 * ' ~ days_before_merit ~ ' + s2 * ' ~ days_after_merit, 'rules.days_in_year') }}
{%- endmacro %}
