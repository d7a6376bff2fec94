using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Statements;
using CommunityFund.Tests.Books;
using NodaTime;

namespace CommunityFund.Tests.Statements;

/// <summary>
/// The statements of both demo foundations as reviewed by people, under reports/samples: 2025 by the standard of 2004 and 2026 by that of
/// 2026. WRITE_SAMPLES=1 writes them anew, as text, workbooks and PDFs, to be looked at before they are kept.
/// </summary>
public sealed class SampleStatementsTests
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("WRITE_SAMPLES") == "1";

    /// <summary>Folder, first and last period, and code of the fund whose own statement is drawn.</summary>
    public static TheoryData<string, int, int, string> Samples => new()
    {
        { "qinglan-2025", 202501, 202513, "Q01" },
        { "qinglan-2026-02", 202602, 202602, "Q01" },
        { "qinghe-2026-02", 202602, 202602, "F03" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task The_demo_foundations_file_what_was_reviewed(string folder, int from, int to, string fund)
    {
        FundSession reader = await Reader(folder);
        Words words = StatementBooks.Words;
        string place = Path.Combine(SourceTree.Root, "reports", "samples", folder);
        int of = (await reader.Ask(new StatementChoices())).Funds.Single(each => each.Code == fund).FundId;
        await using PdfPress press = new();
        foreach (StatementItem item in await reader.Ask(new StatementList(to)))
        {
            FormView view = await reader.Ask(new Statement(item.Key, from, to, item.OfFund ? of : null, Below: false));
            view.IsHeld.ShouldBeTrue($"{folder} {item.Key}: {string.Join("; ", FormControls.Lines(view, words))}");
            string file = Path.Combine(place, item.Key), text = FormText.Draw(view, words);
            if (Writes)
            {
                Directory.CreateDirectory(place);
                await File.WriteAllTextAsync($"{file}.txt", text);
                if (item.Section != FormSection.Notes)
                {
                    await File.WriteAllBytesAsync($"{file}.xlsx", FormWorkbook.Draw(view, words));
                    await File.WriteAllBytesAsync($"{file}.pdf", await press.Print(FormPaper.Of(view, words), words));
                }
            }

            text.ShouldBe(await File.ReadAllTextAsync($"{file}.txt"), $"{folder}/{item.Key}");
        }
    }

    private static async Task<FundSession> Reader(string folder)
    {
        (LocalConnections connections, _) = folder.StartsWith("qinglan", StringComparison.Ordinal)
            ? await TestCluster.CloneOf("cf_qinglan", connection => SeedQinglan.Run(connection, TestBody.LogKey, () => TestBody.Password))
            : await TestCluster.CloneDemo();
        return new Foundation(connections.Books, SystemClock.Instance, TestBody.LogKey).SessionOf(1, 1);
    }
}
