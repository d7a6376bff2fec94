using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.Tests.Documents;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Holders of the small charity's time bank: their cards, what they give, what two coordinators agree to.</summary>
internal static class HolderNotation
{
    public static async Task<string> Number(this TimeBankBody bank, long person) => (await bank.Card(person)).Number;

    /// <summary>An elder of 80.</summary>
    public static Task<long> Elder(this TimeBankBody bank, string name = "陈奶奶", string household = "") => bank.First.Run(new AddMember(
        TestBody.Key, bank.Programme, MemberKind.Elder, name, "幸福里", household, BornOn: new LocalDate(1946, 3, 1)));

    public static async Task<long> Gives(this TimeBankBody bank, long from, long to, long minutes) => await bank.Body.Foundation.Visitor().Run(
        new GiveHours(TestBody.Key, await bank.Card(from), await bank.Number(to), minutes, HourReason.Help));

    public static async Task<long> Donates(this TimeBankBody bank, long from, long minutes) =>
        await bank.Body.Foundation.Visitor().Run(new DonateHours(TestBody.Key, await bank.Card(from), minutes));

    /// <summary>The first coordinator proposes, the second agrees.</summary>
    public static async Task Grants(this TimeBankBody bank, HourGrantKind kind, long elder, long minutes)
    {
        long grant = await bank.First.Run(new ProposeHourGrant(TestBody.Key, kind, elder, minutes, "独居，需要助浴"));
        await bank.Second.Run(new DecideHourGrant(TestBody.Key, grant, Agrees: true));
    }

    /// <summary>The second coordinator takes an entry back, as the first proposed.</summary>
    public static async Task Undoes(this TimeBankBody bank, long entry)
    {
        long undo = await bank.First.Run(new ProposeUndo(TestBody.Key, entry, "写错了人"));
        await bank.Second.Run(new DecideUndo(TestBody.Key, undo, Agrees: true));
    }

    public static async Task<long> Pool(this TimeBankBody bank) => (await bank.First.Ask(new PoolPage(bank.Programme))).Hours.Units;

    /// <summary>A signed slip that the coordinator has photographed.</summary>
    public static async Task<IReadOnlyList<Enclosure>> Slip(FundSession coordinator) =>
        [new(await coordinator.Run(new UploadDocument(TestBody.Key, "转赠单.pdf", Samples.Pdf())))];
}

/// <summary>Hours for an elder by two, without the register that stands behind it in the product.</summary>
internal sealed record StartBare(Guid Key, int Programme, long Elder, long Minutes, long Maker) : Command<PostedNumber>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

    internal override async Task<PostedNumber> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Programme, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        Amount amount = Amount.OfUnits(Minutes, Commodity.Hour);
        JournalEntry entry = JournalEntry.On(work.Today, "老人启动时间")
            .Debit(chart["hours-held"], fund.Code, amount, new Tags(Counterparty: Elder)).Credit(chart["hours-issued"], fund.Code, amount).Balanced();
        return (await new UnitDoor(work, fund).PostByTwo([new UnitEntry(UnitKind.HoursStarted, entry)], Maker, ct))[0];
    }
}
