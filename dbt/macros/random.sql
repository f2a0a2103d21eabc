{# Random numbers of docs/model.md section 2. mix64 is plain arithmetic: DuckDB's hash() promises nothing over versions,
   and UBIGINT multiplication refuses to wrap, so the product is taken in 128 bits and masked. #}

{% macro create_random_macros() %}
create or replace macro mix_step(x) as (
    (xor(x, x >> 32)::uhugeint * 15485907386658061715::uhugeint) & 18446744073709551615::uhugeint
)::ubigint;
create or replace macro mix64(x) as xor(mix_step(mix_step(x)), mix_step(mix_step(x)) >> 32);
{% endmacro %}

{# a + b modulo 2^64, as UBIGINT #}
{% macro wrapping_add(a, b) %}
    ((({{ a }})::uhugeint + ({{ b }})::uhugeint) & 18446744073709551615::uhugeint)::ubigint
{%- endmacro %}

{# a * b modulo 2^64, as UBIGINT #}
{% macro wrapping_multiply(a, b) %}
    ((({{ a }})::uhugeint * ({{ b }})::uhugeint) & 18446744073709551615::uhugeint)::ubigint
{%- endmacro %}

{# The 64-bit draw of an employee from one stream; `streams` is the year's row of stg_random_streams. #}
{% macro draw(stream, employee_hash='employee_hash') -%}
    mix64(xor({{ employee_hash }}, streams.{{ stream }}))
{%- endmacro %}

{% macro high(draw) -%} ({{ draw }} >> 32) {%- endmacro %}

{% macro low(draw) -%} ({{ draw }} & 4294967295) {%- endmacro %}

{# Uniform in 0 … n-1 from 32 random bits, as BIGINT #}
{% macro uniform(bits, n) -%} (({{ bits }} * ({{ n }})::ubigint) >> 32)::bigint {%- endmacro %}
