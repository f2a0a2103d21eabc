{{ config(materialized='view') }}

select * from {{ ref('fct_workforce_snapshot') }}
