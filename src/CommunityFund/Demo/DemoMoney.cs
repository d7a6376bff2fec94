using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;

namespace CommunityFund.Demo;

/// <summary>A receipt of a demo project.</summary>
/// <param name="Number">Of an invoice; empty for a receipt.</param>
/// <param name="Line">Of the agreed budget.</param>
internal sealed record DemoReceipt(
    int DaysAgo, string What, string Seller, decimal Yuan, short Line, Spending Spending, string Number = "", bool HasPhoto = true);

/// <summary>How money goes to the demo's projects, is shown by the bank and comes to be accounted for: by the people and commands of any other.
/// </summary>
/// <param name="bank">The account that pays, whose statement of April is in the books already.</param>
internal sealed class DemoMoney(GrantCast cast, int bank)
{
    private decimal _balance = DemoStory.AprilBalance;
    // There are a hundred pictures, of which vouchers show the first half.
    private int _papers = 450, _lines;

    /// <summary>The first tranche of a running grant.</summary>
    public async Task<long> First(long grant, CancellationToken ct) => (await cast.Desk.Ask(new TrancheCards(grant), ct)).Single().Cards[0].Tranche;

    public async Task Ask(
        FundSession by, long tranche, string purpose, string paper, CancellationToken ct, params (short Line, decimal Yuan)[] lines) =>
        await by.Run(new RequestTranche(GrantCast.Key(), tranche, await Version(tranche, ct), Amount.Yuan(lines.Sum(line => line.Yuan)),
            [.. lines.Select(line => new RequestLine(line.Line, Amount.Yuan(line.Yuan)))], purpose,
            [await GrantCast.Keep(by, $"{paper}.pdf", paper, purpose, ct)]), ct);

    /// <summary>Asks the foundation to pay a supplier itself, out of one line of the budget.</summary>
    public async Task Buy(FundSession by, long tranche, string purpose, string paper, short line, decimal yuan, CancellationToken ct) =>
        await by.Run(new RequestTranche(GrantCast.Key(), tranche, await Version(tranche, ct), Amount.Yuan(yuan),
            [new RequestLine(line, Amount.Yuan(yuan))], purpose, [await GrantCast.Keep(by, $"{paper}.pdf", paper, purpose, ct)],
            IsPurchase: true), ct);

    /// <param name="supplier">The account that is to be paid, where it is a supplier's.</param>
    public async Task Check(long tranche, string note, CancellationToken ct, long? supplier = null) => await cast.Desk.Run(new CheckTranche(
        GrantCast.Key(), tranche, await Version(tranche, ct), UseOk: true, PapersOk: true, ProgressOk: true, note, supplier), ct);

    /// <summary>By the first approver, and by the second where the amount goes to both.</summary>
    public async Task Approve(long tranche, bool byBoth, CancellationToken ct)
    {
        await cast.Reviewer.Run(new ApproveTranche(
            GrantCast.Key(), tranche, await Version(tranche, ct), byBoth ? TrancheMove.ApproveL1 : TrancheMove.Approve), ct);
        if (byBoth)
        {
            await cast.ApproverL2.Run(new ApproveTranche(GrantCast.Key(), tranche, await Version(tranche, ct), TrancheMove.ApproveL2), ct);
        }
    }

    /// <summary>The bank shows what was expected; the accountant writes its voucher and another reviews it.</summary>
    public async Task Shown(int daysAgo, decimal yuan, string party, string words, CancellationToken ct)
    {
        BankLineItem line = await Line(daysAgo, yuan, party, words, ct);
        long expected = (await cast.Accountant.Ask(new LineCandidates(line.BankLineId), ct)).First(one => one.Source == CandidateSource.Expected).Id;
        await Review(daysAgo, await cast.Accountant.Run(new MatchExpectations(GrantCast.Key(), [line.BankLineId], [expected]), ct), ct);
    }

    /// <summary>A line of the bank's statement, as it was fetched that evening.</summary>
    public async Task<BankLineItem> Line(int daysAgo, decimal yuan, string party, string words, CancellationToken ct)
    {
        cast.Turn(daysAgo, 17);
        _balance += yuan;
        string day = cast.Ago(daysAgo).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), bare = Figure(Math.Abs(yuan));
        string statement = $"账号：{DemoStory.SecondAccount}\n交易日期,收入,支出,余额,对方户名,摘要,附言,流水号\n"
            + $"{day},{(yuan > 0 ? bare : "")},{(yuan < 0 ? bare : "")},{Figure(_balance)},{party},{(yuan > 0 ? "转账存入" : "转账支取")},{words},"
            + $"GH{cast.Ago(daysAgo).ToString("MMdd", CultureInfo.InvariantCulture)}{++_lines:D4}\n";
        long upload = await cast.Accountant.Run(
            new UploadStatement(GrantCast.Key(), $"工行一般户 {day}.csv", Encoding.UTF8.GetBytes(statement)), ct);
        await cast.Accountant.Run(new ImportStatement(GrantCast.Key(), upload, null), ct);
        return (await cast.Accountant.Ask(new BankLineList(null, bank, words, 1), ct)).Items[^1];
    }

    public async Task Review(int daysAgo, long voucher, CancellationToken ct)
    {
        cast.Turn(daysAgo, 18);
        await cast.Reviewer.Run(new ReviewVoucher(GrantCast.Key(), voucher), ct);
    }

    public async Task<long> Receipt(FundSession by, long grant, DemoReceipt receipt, CancellationToken ct)
    {
        cast.Turn(receipt.DaysAgo, 20);
        return await by.Run(new AddReceipt(GrantCast.Key(), grant, null,
            receipt.Number.Length > 0 ? GrantReceiptKind.Invoice : GrantReceiptKind.Receipt, receipt.Number,
            cast.Ago(receipt.DaysAgo), receipt.Seller, receipt.Seller.Length > 3 ? PersonKind.Organisation : PersonKind.Person,
            Amount.Yuan(receipt.Yuan), receipt.Line, receipt.Spending, receipt.What, receipt.HasPhoto ? await Picture(by, receipt.What, ct) : null,
            receipt.Spending == Spending.KeptGoods ? await Picture(by, $"验收单 {receipt.What}", ct) : null), ct);
    }

    /// <summary>Handed in by the keeper of the money, accepted by the desk, booked and posted.</summary>
    /// <param name="kept">What of it goes on the foundation's own shelf.</param>
    public async Task Acquit(int daysAgo, FundSession keeper, long tranche, string handler, string witness,
        IReadOnlyList<(long Receipt, decimal Yuan)> lines, CancellationToken ct, params IReadOnlyList<KeptThing> kept)
    {
        cast.Turn(daysAgo, 19);
        await keeper.Run(new SubmitAcquittal(GrantCast.Key(), tranche, await Version(tranche, ct), handler, witness,
            [.. lines.Select(line => new AcquittalClaim(line.Receipt, Amount.Yuan(line.Yuan)))]), ct);
        cast.Turn(daysAgo - 4, 15);
        await cast.Desk.Run(new ReviewAcquittalLines(GrantCast.Key(), tranche, await Version(tranche, ct),
            [.. Enumerable.Range(1, lines.Count).Select(no => new LineDecision((short)no, IsAccepted: true))]), ct);
        cast.Turn(daysAgo - 5, 10);
        await Review(daysAgo - 5, await cast.Accountant.Run(
            new BookAcquittal(GrantCast.Key(), tranche, await Version(tranche, ct), Kept: kept), ct), ct);
    }

    public async Task<int> Version(long tranche, CancellationToken ct) => (await cast.Desk.Ask(new TranchePage(tranche), ct)).Version;

    public async Task<IReadOnlyList<Enclosure>> Picture(FundSession by, string name, CancellationToken ct) =>
        [new Enclosure(await by.Run(new UploadDocument(GrantCast.Key(), $"{name}.png", DemoPaper.Picture(++_papers)), ct))];

    private static string Figure(decimal yuan) => yuan.ToString("0.00", CultureInfo.InvariantCulture);
}
