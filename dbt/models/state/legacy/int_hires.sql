{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='simulation_year') }}

with {{ plan_of_year() }},

{{ rules_of_year() }},

{{ streams_of_year() }},

{{ hires_of_year() }}

select * from hires
order by employee_id
