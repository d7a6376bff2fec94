using System.Diagnostics;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Statements;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary>Exports as tests write them, and the programs that read them.</summary>
internal static class ExportNotation
{
    /// <summary>Exports into a file of its own.</summary>
    public static async Task<string> Export(
        this FundSession session, ExportFormat format, string directory, LocalDate? asOf = null, Func<ExportTarget, ExportTarget>? but = null)
    {
        string path = Path.Combine(directory, $"{Guid.NewGuid():N}{Path.GetExtension(format.FileName("x", new LocalDate(2026, 1, 1)))}");
        ExportTarget target = new(() => File.Create(path), StatementBooks.Words);
        await session.Ask(new ExportBook(format, asOf) { To = but is null ? target : but(target) });
        return path;
    }

    /// <summary>Runs a program that must be on the machine and must succeed; one that is missing fails the test.</summary>
    public static async Task<string> Program(string name, params string[] arguments)
    {
        ProcessStartInfo start = new(name, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{name} {string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }

    /// <summary>Every sheet of a workbook as LibreOffice reads it, each a CSV.</summary>
    /// <param name="only">Names of those that are wanted; null for all.</param>
    public static async Task<IReadOnlyList<string>> AsLibreOfficeReads(string workbook, string directory, IEnumerable<string>? only = null)
    {
        string into = Directory.CreateDirectory(Path.Combine(directory, Guid.NewGuid().ToString("N"))).FullName;
        await Program("soffice", $"-env:UserInstallation=file://{into}/profile", "--headless", "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", into, workbook);
        string[] ends = [.. (only ?? []).Select(name => $"-{name}.csv")];
        return [.. Directory.GetFiles(into, "*.csv").Order(StringComparer.Ordinal)
            .Where(file => only is null || ends.Any(end => file.EndsWith(end, StringComparison.Ordinal))).Select(File.ReadAllText)];
    }

    /// <summary>Closing balances of the accounts that take lines, debit less credit, by code and perhaps fund.</summary>
    public static async Task<Dictionary<string, long>> Balances(TestBody body, bool byFund)
    {
        TrialBalanceView view = await body.FinanceOfficer.Ask(new TrialBalance(202601, 202612, Level: 2, ByFund: byFund));
        Dictionary<string, long> balances = [];
        string code = "";
        for (int i = 0; i < view.Rows.Count; i++)
        {
            TrialBalanceRow row = view.Rows[i];
            code = row.Fund is null ? row.Code : code;
            long net = row.Figures.ClosingDebit.Units - row.Figures.ClosingCredit.Units;
            bool isLeaf = !view.Rows.Skip(i + 1).TakeWhile(next => next.Level > row.Level || next.Fund is not null).Any(next => next.Fund is null);
            if (net != 0 && isLeaf && (row.Fund is not null) == byFund)
            {
                balances[row.Fund is null ? code : $"{code} {row.Fund.Code}"] = net;
            }
        }

        return balances;
    }

    /// <summary>A commitment of a fund on the memorandum accounts, which no page makes yet.</summary>
    public static async Task Commit(TestBody body, int fund, long fen)
    {
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync();
        await using NpgsqlCommand post = new(
            """
            insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                                       document_hashes, voucher_id, maker_id, reviewer_id, posted_at, leaf)
            select 1, entry_no + 1, 202603, '备', 1, date '2026-03-05', 'ordinary', narrative_id, 2, @fen, '{}', -1, 1, 2, posted_at, leaf
              from journal_entry order by entry_no desc limit 1;
            insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                                 movement, project_class, narrative_id, occurred_on)
            select 1, j.entry_no, l.no, 202603, a.account_id, @fund, 'CNY', l.side, @fen, '', '', 'ordinary', '', j.narrative_id, j.occurred_on
              from journal_entry j, (values (1, 'commitments', 'D'), (2, 'commitments-contra', 'C')) l (no, key, side) join account a using (key)
             where j.voucher_id = -1
            """, owner, transaction);
        post.Parameters.AddWithValue("fen", fen);
        post.Parameters.AddWithValue("fund", fund);
        await post.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
