using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>One line of a claim or bill as a person writes it.</summary>
/// <param name="Account">Key of an account of class expense.</param>
/// <param name="Restriction">Null takes the fund's own.</param>
/// <param name="InvoiceNumber">发票号; empty for none.</param>
public sealed record DebtRow(
    LocalDate OccurredOn, [property: Personal] string What, Amount Amount, int Fund, string Account = Ledger.Account.Keys.ProgrammeCost,
    Restriction? Restriction = null, long? Project = null, string InvoiceNumber = "");

/// <summary>Writes what a version of a debt consists of: its lines, and the papers that its sender has uploaded.</summary>
internal static class DebtWriting
{
    /// <summary>There is no line, or there are too many.</summary>
    public const string BadLines = "debt.bad-lines";

    /// <summary>A line misses what it was for, or says too much.</summary>
    public const string WhatMissing = "debt.what-missing";

    /// <summary>A line's amount is nothing.</summary>
    public const string NotPositive = "debt.not-positive";

    /// <summary>Lines are of several years: one voucher books them, and expenses of two years do not stand in one.</summary>
    public const string AcrossYears = "debt.across-years";

    /// <summary>A line lies in the future.</summary>
    public const string InTheFuture = "debt.in-the-future";

    /// <summary>A line's account is no expense.</summary>
    public const string NotExpense = "debt.not-expense";

    /// <summary>What is typed is no number of an invoice.</summary>
    public const string BadInvoice = "debt.bad-invoice";

    /// <summary>The title is missing or too long.</summary>
    public const string TitleMissing = "debt.title-missing";

    /// <summary>Title or lines name the payee, who is a natural person.</summary>
    public const string NameInWords = "debt.name-in-words";

    /// <summary>A fund holds nothing that could be spent.</summary>
    public const string NotOwnFund = "debt.not-own-fund";

    /// <summary>A paper was uploaded too long ago, by somebody else, or never.</summary>
    public const string PaperGone = "debt.paper-gone";

    private const int MostLines = 100;

    public static string Title(string typed) => PlainText.Of(typed) is { Length: > 0 and <= 100 } title ? title
        : throw new RefusedException(TitleMissing, ("limit", 100));

    public static async Task Lines(Work work, Debt debt, IReadOnlyList<DebtRow> rows, CancellationToken ct)
    {
        if (rows.Count is 0 or > MostLines)
        {
            throw new RefusedException(BadLines, ("limit", MostLines));
        }

        RefuseIfAcrossYears(rows.Select(row => row.OccurredOn));
        Chart chart = await work.ChartOn(work.Today, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        short no = 0;
        foreach (DebtRow row in rows)
        {
            no++;
            string what = PlainText.Of(row.What);
            Refuse(what.Length is 0 or > 100, WhatMissing, no);
            Refuse(!row.Amount.IsPositive, NotPositive, no);
            Refuse(row.OccurredOn > work.Today, InTheFuture, no);
            Fund fund = funds.GetValueOrDefault(row.Fund) ?? throw new RefusedException(Work.UnknownFund, ("typed", row.Fund));
            Refuse(fund.Kind is FundKind.Agency or FundKind.Programme, NotOwnFund, no);
            ChartAccount? account = chart.Find(row.Account);
            Refuse(account is not { Account.Class: AccountClass.Expense, TakesLines: true }, NotExpense, no);
            string invoice = PlainText.Digits(row.InvoiceNumber);
            Refuse(invoice.Length is not (0 or 8 or 10 or 18 or 20) || !invoice.All(char.IsAsciiDigit), BadInvoice, no);
            work.Db.Add(new DebtLine
            {
                BookId = work.Book,
                DebtId = debt.DebtId,
                Version = debt.Version,
                LineNo = no,
                OccurredOn = row.OccurredOn,
                What = what,
                Units = row.Amount.Units,
                FundId = fund.FundId,
                AccountId = account!.AccountId,
                Restriction = row.Restriction ?? fund.DefaultRestriction,
                ProjectId = row.Project,
                InvoiceNumber = invoice.Length > 0 ? invoice : null,
            });
        }

        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>Keeps what the sender has uploaded, and of what went back those papers that are still wanted.</summary>
    public static async Task Papers(Work work, Debt debt, IReadOnlyList<Enclosure> papers, CancellationToken ct)
    {
        short ordinal = 0;
        foreach (byte[] hash in papers.Select(paper => paper.Bytes()).DistinctBy(Convert.ToHexString))
        {
            ordinal++;
            int kept = await work.Db.Database.ExecuteSqlAsync(
                $"""
                insert into debt_document (book_id, debt_id, version, ordinal, sha256, format, name, sheets, invoice_number, content)
                select {work.Book}, {debt.DebtId}, {debt.Version}, {ordinal}, x.sha256, x.format, x.name, x.sheets, x.invoice_number, x.content
                  from (select u.sha256, u.format, u.name, u.sheets, u.invoice_number, u.content, 0 as rank from document_upload u
                         where u.book_id = {work.Book} and u.uploaded_by = {work.ActorId} and u.sha256 = {hash}
                        union all
                        select d.sha256, d.format, d.name, d.sheets, d.invoice_number, d.content, 1 from debt_document d
                         where d.book_id = {work.Book} and d.debt_id = {debt.DebtId} and d.version = {debt.Version - 1} and d.sha256 = {hash}) x
                 order by x.rank limit 1
                """,
                ct);
            if (kept == 0)
            {
                throw new RefusedException(PaperGone);
            }

            await work.Db.Database.ExecuteSqlAsync(
                $"delete from document_upload where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash}", ct);
        }
    }

    /// <summary>A posted narrative stays for good; a person's name must be able to go.</summary>
    public static void KeepNameOut(Person payee, string title, IEnumerable<DebtRow> rows)
    {
        foreach (string words in rows.Select(row => row.What).Prepend(title))
        {
            Counterparty.KeepOut(NameInWords, payee.Kind, payee.Name, words);
        }
    }

    public static void RefuseIfAcrossYears(IEnumerable<LocalDate> days)
    {
        int[] years = [.. days.Select(day => day.Year).Distinct().Order()];
        if (years.Length > 1)
        {
            throw new RefusedException(AcrossYears, ("year", years[0]), ("later", years[^1]));
        }
    }

    private static void Refuse(bool wrong, string code, int line)
    {
        if (wrong)
        {
            throw new RefusedException(code, ("line", line));
        }
    }
}
