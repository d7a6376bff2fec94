using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>A time bank with an elder who has ten hours, her daughter in the household, and volunteers who help; cards are shown by whoever acts.</summary>
internal sealed record Exchange(TimeBankBody Bank, long Mother, long Daughter, long Helper)
{
    public const int TenHours = 600;

    /// <summary>It is the evening of 20 March 2026.</summary>
    public static async Task<Exchange> Open(TestBody body, ProgrammeTerms? terms = null)
    {
        body.Clock.Now = Instant.FromUtc(2026, 3, 20, 12, 0);
        TimeBankBody bank = await body.OpenTimeBank();
        if (terms is not null)
        {
            // Whoever has more than later rules let one store keeps it.
            await bank.Rules(new LocalDate(2026, 1, 2), terms, TimeBankNotation.Rates);
        }

        long mother = await Add(bank, MemberKind.Elder, "赵奶奶", "2-301"), daughter = await Add(bank, MemberKind.Family, "赵女儿", "2-301");
        Exchange exchange = new(bank, mother, daughter, await Add(bank, MemberKind.Volunteer, "王小妹"));
        await bank.Post(UnitKind.HoursEarned, TenHours, mother, null, exchange.Today);
        return exchange;
    }

    public TestBody Body => Bank.Body;

    public LocalDate Today => Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    public static Task<long> Add(TimeBankBody bank, MemberKind kind, string name, string household = "", LocalDate? bornOn = null, long? guardian = null) =>
        bank.First.Run(new AddMember(TestBody.Key, bank.Programme, kind, name, "幸福里", household, guardian, bornOn));

    /// <summary>The card of somebody, as printed.</summary>
    public async Task<MemberPass> Card(long person)
    {
        await using FundDb db = Body.Db();
        Member member = await db.Set<Member>().SingleAsync(row => row.PersonId == person);
        return new MemberPass(member.Number, member.Code(Body.Foundation));
    }

    public async Task<string> Number(long person) => (await Card(person)).Number;

    public ServiceWish Wish(string from = "9:00", string until = "11:00", int? minutes = null, LocalDate? on = null, bool urgent = false, long? project = null) =>
        new("服务", "陪同买菜", "", on ?? Today, from, until, minutes, urgent, urgent ? "明早就要" : "", project);

    public async Task<long> Ask(long by, long forWhom, ServiceWish? wish = null) =>
        await Body.Foundation.Visitor().Run(new AskForService(TestBody.Key, await Card(by), forWhom, wish ?? Wish()));

    public async Task Offer(long by, long request) => await Body.Foundation.Visitor().Run(new OfferService(TestBody.Key, await Card(by), request));

    public async Task Match(long request, long provider) => await Bank.First.Run(new MatchRequest(TestBody.Key, request, await Number(provider)));

    public async Task Report(long by, long request, string from = "9:00", string until = "11:00", LocalDate? on = null) =>
        await Body.Foundation.Visitor().Run(new ReportDone(TestBody.Key, await Card(by), request, new ServedTime(on ?? Today, from, until)));

    public async Task Confirm(long by, long request) => await Body.Foundation.Visitor().Run(new ConfirmService(TestBody.Key, await Card(by), request));

    /// <summary>Asked by the mother, given by the helper, reported: it waits to be confirmed.</summary>
    public async Task<long> Served(string from = "9:00", string until = "11:00", long? provider = null, long? project = null)
    {
        long request = await Ask(Mother, Mother, Wish(from, until, project: project));
        await Match(request, provider ?? Helper);
        await Report(provider ?? Helper, request, from, until);
        return request;
    }

    public async Task<ServiceRequest> Request(long id)
    {
        await using FundDb db = Body.Db();
        return await db.Set<ServiceRequest>().AsNoTracking().SingleAsync(row => row.ServiceRequestId == id);
    }
}
