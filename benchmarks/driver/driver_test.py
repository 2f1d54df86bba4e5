"""The driver on numbers made up here: filters, tables, pictures, what is profiled. Measures nothing.

python3 -B -m unittest discover -s benchmarks/driver -p '*_test.py'
"""
import re
import unittest
from unittest import mock
from xml.dom import minidom

import contenders
import page
import pictures
import profiles
import rows


def measured(question, size, threads=1, **seconds):
    return {(question, size, threads): {v: contenders.Best(s, 1.0) for v, s in seconds.items()}}


def widths(svg, style):
    return [float(r.getAttribute("width")) for r in minidom.parseString(svg).getElementsByTagName("rect")
            if r.getAttribute("class") == style and r.getAttribute("height") == "14.0"]


SMALL = "4x[2,4,1]"
STEP = measured("step", SMALL, by_hand=2e-7, arena=4e-7, glassgrad_all=1e-6, glassgrad_replayed=2e-7,
                torch=8e-5, jax=2e-5)
FORWARD = measured("forward", "32x[64,64,10]", by_hand=4e-6, glassgrad_values=3e-6,
                   glassgrad_replayed=8e-6)
CNN = measured("model", "cnn", glassgrad_all=3e-2, torch=1e-2)


class Filters(unittest.TestCase):
    def chosen(self, row, *arguments):
        return bool(re.search(contenders.filter_of(*arguments), row + "/real_time"))

    def test_a_full_run_takes_every_row_of_a_contender(self):
        for question in rows.QUESTIONS:
            self.assertTrue(self.chosen(f"{question.name}/1000000/by_hand", "by_hand", 0, 1, False, None))

    def test_long_rows_are_left_out_when_quick_and_of_libtorch_after_the_first_round(self):
        self.assertFalse(self.chosen("scalars/100000/arena", "arena", 0, 1, True, None))
        self.assertTrue(self.chosen("scalars/1000000/torch", "torch", 0, 1, False, None))
        self.assertFalse(self.chosen("scalars/1000000/torch", "torch", 1, 1, False, None))
        self.assertTrue(self.chosen("scalars/100000/torch", "torch", 1, 1, False, None))

    def test_who_has_no_row_is_not_run(self):
        self.assertEqual(contenders.filter_of("stan", 0, 2, False, None), "")
        self.assertEqual(contenders.filter_of("jax", 0, 1, False, ["scalars"]), "")
        self.assertEqual(contenders.filter_of("jax", 0, 2, False, None), "^step/[^/]+/")

    def test_one_row_has_brackets_in_its_name(self):
        self.assertRegex(f"step/{SMALL}/torch/", contenders.exactly("step", SMALL, "torch"))


class Blas(unittest.TestCase):
    def test_a_processor_that_openblas_does_not_know_is_named_to_it_by_its_features(self):
        self.assertEqual(contenders.better_core("Prescott", ["avx2", "avx512bw"]), "SKYLAKEX")
        self.assertEqual(contenders.better_core("Prescott", ["avx512bw", "avx512_bf16"]),
                         "COOPERLAKE")
        self.assertEqual(contenders.better_core("Nehalem", ["avx2", "fma"]), "HASWELL")

    def test_where_it_is_right_or_there_is_no_more_to_be_had_it_is_told_nothing(self):
        self.assertIsNone(contenders.better_core("Zen", ["avx2", "fma"]))
        self.assertIsNone(contenders.better_core("Prescott", ["sse3"]))


class Pictures(unittest.TestCase):
    def test_equal_numbers_give_equal_bytes_of_valid_xml(self):
        one, two = (pictures.picture(rows.STEPS, dict(STEP), page.time_text) for _ in range(2))
        self.assertEqual(one, two)
        self.assertEqual(minidom.parseString(one).documentElement.tagName, "svg")
        for said in ("200 ns", "1 us, 5x", "80 us, 400x", "JAX, jit", "(logarithmic)"):
            self.assertIn(said, one)

    def test_bars_of_a_logarithmic_axis_start_at_the_reference(self):
        svg = pictures.picture(rows.STEPS, STEP, page.time_text)
        peers, ours = widths(svg, "peer"), widths(svg, "ours")
        self.assertAlmostEqual(peers[0] / peers[1], 2.602 / 2, delta=0.01)  # log 400 / log 100
        self.assertEqual(ours[1], 2)  # as fast as by hand: a line

    def test_bars_of_a_linear_axis_start_at_zero(self):
        svg = pictures.picture(rows.FORWARDS, FORWARD, page.time_text)
        self.assertNotIn("logarithmic", svg)
        by_hand, (values, replayed) = widths(svg, "reference")[0], widths(svg, "ours")
        self.assertAlmostEqual(values / by_hand, 0.75, delta=0.01)
        self.assertAlmostEqual(replayed / by_hand, 2, delta=0.01)

    def test_a_row_that_nobody_wrote_by_hand_is_divided_by_libtorch(self):
        svg = pictures.picture(rows.MODELS, CNN, page.time_text)
        self.assertIn("cnn (here 1 is libtorch)", svg)
        self.assertIn("30 ms, 3x", svg)

    def test_nothing_measured_gives_no_picture(self):
        self.assertIsNone(pictures.picture(rows.SCALARS, STEP, page.time_text))


class Tables(unittest.TestCase):
    def test_an_absent_column_is_left_out_and_named(self):
        table = page.question_table(rows.STEPS, 1, measured("step", SMALL, by_hand=1e-7, glassgrad_all=2e-7))
        self.assertNotIn("| libtorch", table)
        self.assertIn("Absent: arena tape, open arena tape, glassgrad `Keep::parameters`, glassgrad "
                      "replayed, libtorch.", table)

    def test_a_target_below_the_floor_is_said_to_be_so(self):
        best = measured("step", SMALL, by_hand=1e-7, arena=1.9e-7, arena_open=3e-7, glassgrad_all=4e-7,
                        glassgrad_replayed=1.5e-7, torch=2.5e-5)
        table = page.question_table(rows.STEPS, 1, best)
        # recording has the open tape's floor, a program the bare one's
        self.assertIn("| 3.00, 1.90 | 2, 1.2 | `Keep::all`: no (nor the floor), replayed: no (nor the floor) |",
                      table)
        self.assertIn("| 100 | `Keep::all`: no (the floor: 83.3), replayed: yes |", table)

    def test_further_peers_stand_beside_ours_that_does_as_they_do(self):
        best = measured("scalars", "1000", glassgrad_all=2e-5, glassgrad_replayed=1e-5, stan=4e-5,
                        cppad_replayed=5e-6)
        table = page.peers_table(rows.SCALARS, 1, best)
        self.assertIn("| 1000 | 40 ns | 2 | 5 ns | 0.5 |", table)
        self.assertIn("Absent: ADOL-C, Sacado, CppAD, ADOL-C, tape kept.", table)

    def test_two_threads_are_held_against_two_processes(self):
        size = rows.THREADED[0]
        best = measured("step", size, glassgrad_all=3.0) | measured("step", size, 2, glassgrad_all=2.0)
        table = page.copies_table({(size, "glassgrad_all"): 4.0}, best)  # 1.5 times; the copies 2 * 3 / 4
        self.assertIn("| 1.50 | 1.50 | 1.00 | yes |", table)
        table = page.copies_table({(size, "glassgrad_all"): 3.0}, best)  # now the copies reach 2
        self.assertIn("| 1.50 | 2.00 | 0.75 | no |", table)

    def test_what_blas_and_its_threads_do_not_reach_either_is_said(self):
        size = rows.THREADED[0]
        best = (measured("step", size, by_hand=3.0, glassgrad_all=3.0)
                | measured("step", size, 2, by_hand=2.0, glassgrad_all=2.0))
        table = page.copies_table({(size, "by_hand"): 3.2, (size, "glassgrad_all"): 3.0}, best)
        self.assertIn("| by hand | 1.50 | 1.88 | 0.80 | - |", table)
        self.assertIn("| 0.75 | no (by hand: 0.80) |", table)

    def test_large_ratios_are_written_out(self):
        self.assertEqual([rows.times_text(r) for r in (0.03124, 1.25, 87.46, 4460.2)],
                         ["0.0312", "1.25", "87.5", "4460"])

    def test_other_numbers_are_told(self):
        best = measured("chain", "100", by_hand_fused=1.0)
        best["chain", "100", 1]["torch"] = contenders.Best(1.0, 1.1)
        self.assertEqual(rows.disagreements(best),
                         ["chain 100, threads 1: torch computed 1.1, by_hand_fused 1."])


class Profiles(unittest.TestCase):
    def test_the_furthest_row_of_each_question(self):
        found = profiles.furthest({**STEP, **FORWARD, **CNN}, 2)
        self.assertEqual([row[1:] for row in found], [("model", "cnn", "glassgrad_all"),
                                                      ("step", SMALL, "glassgrad_all")])
        self.assertAlmostEqual(found[0][0], 3)  # libtorch's own time is to be reached
        self.assertAlmostEqual(found[1][0], 5 / rows.STEPS.targets[SMALL])  # 5 times by hand
        self.assertEqual(profiles.furthest(measured("forward", "64x[784,128,10]", by_hand=1.0,
                                                    glassgrad_values=1.0), 3), [])

    def test_names_of_functions(self):
        for symbol, name in (
                ("glassgrad::detail::ElementwiseKernel<glassgrad::Mul, double, xsimd::avx512dq>::number",
                 "ElementwiseKernel[Mul]::number"),
                ("glassgrad::Tape<float>::sweep(glassgrad::Node<float> const&)", "Tape::sweep"),
                ("dgemm_kernel_COOPERLAKE", "dgemm_kernel_COOPERLAKE"),
                ("0x000000000017d464", "without a name")):
            self.assertEqual(profiles.plain(symbol), name)

    def test_without_perf_a_sentence_says_so(self):
        with mock.patch("shutil.which", return_value=None):
            self.assertEqual(profiles.measure({"glassgrad": ["x"]}, STEP),
                             "No profile: there is no perf (Debian: linux-perf).")


class PeerTexts(unittest.TestCase):
    def test_what_loops_by_hand_do_not_reach_is_said(self):
        said = page.peer_texts((1.5, 2), {"glassgrad_all": 1.6, "glassgrad_replayed": 1.4},
                               {v: {"by hand": 1.7, "the floor": 1.6}
                                for v in ("glassgrad_all", "glassgrad_replayed")})
        self.assertEqual(said, ["1.5, 2", "`Keep::all`: yes, replayed: no (by hand: 1.7)"])

    def test_memory_has_its_figures(self):
        text = page.memory_table({"glassgrad_replayed": {"bytes": 43e6, "tensors": 29.5e6},
                                  "glassgrad_parameters": {"bytes": 59e6, "tensors": 84e6},
                                  "torch": {"bytes": 58e6, "tensors": 29e6}})
        self.assertIn("| 43.0 MB | 29.5 MB | arrays, 1.3 of what is needed: 32.9 MB | yes |", text)
        self.assertIn("| 59.0 MB | 84.0 MB | resident, no more than libtorch: 58.0 MB | no |", text)


if __name__ == "__main__":
    unittest.main()
