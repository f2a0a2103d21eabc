-- Constants of the random streams (docs/model.md section 2), staged so that no expression is repeated inside another.
{% set names = [
    'termination', 'promotion', 'rating', 'voluntary_enrollment', 'deferral_choice', 'opt_out', 'escalation',
    'investment', 'hire_person', 'hire_position', 'hire_details',
] %}
{% set golden = '11400714819323198485' %}

with seeded as (
    select mix64({{ wrapping_add(var('random_seed'), golden) }}) as once
),

seed as (
    select mix64(once) as seed_hash from seeded
),

streams as (
    select
        simulation_year,
        stream,
        seed_hash,
        {{ wrapping_add('seed_hash', wrapping_multiply('simulation_year * 4096 + stream', golden)) }} as counter
    from {{ ref('yearly_rules') }}, generate_series(1, {{ names | length }}) as series (stream), seed
),

mixed_once as (
    select simulation_year, stream, seed_hash, mix64(counter) as once from streams
),

mixed as (
    select simulation_year, stream, seed_hash, mix64(once) as stream_constant from mixed_once
),

final as (
    select
        simulation_year,
        any_value(seed_hash) as seed_hash,
        {% for name in names %}
        any_value(stream_constant) filter (where stream = {{ loop.index }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from mixed
    group by simulation_year
)

select * from final
order by simulation_year
