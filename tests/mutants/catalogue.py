"""All mutants and all equal pairs."""

from tests.mutants.comparator import COMPARATOR
from tests.mutants.evidence import EVIDENCE
from tests.mutants.files import FILES
from tests.mutants.mutant import Mutant
from tests.mutants.options import OPTIONS
from tests.mutants.processes import PROCESSES
from tests.mutants.provenance import PROVENANCE
from tests.mutants.rearranged import REARRANGED
from tests.mutants.rows import ROW_MUTANTS
from tests.mutants.scale import SCALE
from tests.mutants.schemas import SCHEMAS
from tests.mutants.simulation import SIMULATION
from tests.mutants.typed_values import JSONS, TYPES
from tests.mutants.values import VALUES

# The slow ones first, so that no worker waits for them at the end.
ALL: list[Mutant] = [
    *SCALE, *PROCESSES, *VALUES, *TYPES, *JSONS, *ROW_MUTANTS, *SCHEMAS, *SIMULATION, *EVIDENCE, *PROVENANCE, *FILES,
    *OPTIONS, *COMPARATOR, *REARRANGED,
]  # fmt: skip
