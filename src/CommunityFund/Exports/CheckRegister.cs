using CommunityFund.Books;
using CommunityFund.Checks;

namespace CommunityFund.Exports;

/// <summary>
/// What the check of the whole book found in the state that the workbook is of: a row for each check, green or red, and under it its faults.
/// It goes on beside the other registers, so that this is the last one, and how many rows it has is known only then.
/// </summary>
internal static class CheckRegister
{
    /// <summary>Stands on the cover until the checks have ended.</summary>
    public const string Place = "checks-of-the-book.";

    public static Register Of(Task<CheckReport> checks, Words words) => new("checks",
        [
            new(words["check.cli.check"], RegisterKind.Text, 90), new(words["check.cli.examined"], RegisterKind.Whole, 14),
            new(words["export.checks.faults"], RegisterKind.Whole, 12), new(words["check.cli.state"], RegisterKind.Verdict, 12),
        ], null, ct => Rows(checks, words, ct), IsHashed: false);

    /// <summary>What the cover says of all of them.</summary>
    public static string Summary(CheckReport report, Words words) =>
        words[report.IsClean ? "check.all-clean" : "check.not-clean", report.FaultCount];

    private static async IAsyncEnumerable<RegisterCell[]> Rows(
        Task<CheckReport> checks, Words words, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        CheckReport report = await checks.WaitAsync(ct);
        foreach (CheckResult check in report.Checks)
        {
            yield return
            [
                words[$"check.{check.Key}"].Value, check.Examined, check.FaultCount,
                RegisterCell.Verdict(words[check.IsClean ? "check.clean" : "export.checks.faulty"], check.IsClean),
            ];
            foreach (Fault fault in check.Faults)
            {
                yield return ["　　" + words.Named(fault.WordsKey, fault.Facts), default, default, default];
            }

            if (check.FaultCount > check.Faults.Count)
            {
                yield return ["　　" + words["check.more", check.FaultCount - check.Faults.Count], default, default, default];
            }
        }
    }
}
