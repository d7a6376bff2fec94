using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Vouchers;

/// <summary>What an accountant does to put a voucher right, in a few words for the tests.</summary>
internal static class CorrectingNotation
{
    public static LocalDate Today { get; } = new(2026, 3, 20);

    public static Task<long> Reverse(this TestBody body, long voucher, LocalDate? on = null, string reason = "金额录错") =>
        body.Accountant.Run(new ReverseVoucher(TestBody.Key, voucher, on ?? Today, reason));

    public static Task<long> Correct(this TestBody body, long voucher, IReadOnlyList<VoucherRow> rows, LocalDate? on = null,
        string reason = "金额录错") => body.Accountant.Run(new CorrectVoucher(TestBody.Key, voucher, on ?? Today, reason, rows));

    public static async Task<Refusal> RefusalOf(Func<Task> act) => (await Should.ThrowAsync<RefusedException>(act)).Refusal;

    public static Task<VoucherView> View(this TestBody body, long voucher) => body.Accountant.Ask(new VoucherPage(voucher));

    /// <summary>The rows as the grid shows them before anything is changed.</summary>
    public static async Task<VoucherRow[]> RowsOf(this TestBody body, long voucher) =>
    [
        .. (await body.View(voucher)).Lines.Select(line => new VoucherRow(line.AccountKey, line.FundId, line.Side, line.Amount,
            line.Restriction, line.CashFlow, line.Movement, Origin: line.LineNo)),
    ];

    /// <summary>The voucher's lines with all they carry, one text each: "D bank.01 C01 -10.00 cash=… person=2 …".</summary>
    public static async Task<string[]> Carried(this TestBody body, long voucher)
    {
        await using FundDb db = body.Db();
        Dictionary<int, string> keys = await db.Accounts.Where(row => row.BookId == body.Book)
            .ToDictionaryAsync(account => account.AccountId, account => account.Key);
        return
        [
            .. (await db.VoucherLines.Where(line => line.VoucherId == voucher).OrderBy(line => line.LineNo).ToListAsync()).Select(line =>
                $"{Codes.Of(line.Side)} {keys[line.AccountId]} {line.FundId} {Amount.Fen(line.Units)} {line.Restriction} {line.CashFlow} "
                + $"{Codes.Kebab(line.Movement)} {line.ProjectClass} {line.ProjectId} {line.CounterpartyId} {line.EnterpriseId} "
                + $"{line.DocumentId} {line.Clause}"),
        ];
    }

    /// <summary>Debits less credits of an account in a fund, over all that is posted.</summary>
    public static async Task<Amount> Net(this FundSession session, TestBody body, string account, int fund)
    {
        await using FundDb db = body.Db();
        return Amount.Fen(await (
            from line in db.Postings
            join row in db.Accounts on new { line.BookId, line.AccountId } equals new { row.BookId, row.AccountId }
            where line.BookId == session.Book && line.FundId == fund && row.Key == account
            select line.Side == Side.Debit ? line.Units : -line.Units).SumAsync());
    }

    /// <summary>Another body beside it, under the standard of 2004, that opened in 2024: its accountant and its reviewer.</summary>
    public static async Task<(FundSession Accountant, FundSession Reviewer)> Under2004(this TestBody body)
    {
        int book = await body.Foundation.Operator().Run(new SetUpBook(TestBody.Key, "old", "老制度慈善会", "cn-npo-2004",
            new LocalDate(2024, 1, 1), new NewLogin("冯会计", "feng", TestBody.Password), new NewLogin("卫审核", "wei", TestBody.Password)));
        await using FundDb db = body.Db();
        long[] people = [.. await db.Set<RoleGrant>().Where(grant => grant.BookId == book).Select(grant => grant.PersonId).Distinct()
            .Order().ToListAsync()];
        await body.Foundation.SessionOf(people[1], book).Run(
            new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2000, 1, 1)));
        return (body.Foundation.SessionOf(people[0], book), body.Foundation.SessionOf(people[1], book));
    }
}
