using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>The rules of a time bank: versions, who decides, and what is refused.</summary>
public sealed class ProgrammeTests
{
    [Fact]
    public async Task A_programme_shows_what_counts_what_waits_and_who_may_decide()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.HoursEarned, 90, one, null);
        ProgrammeItem item = (await body.Accountant.Ask(new ProgrammeList())).Items.ShouldHaveSingleItem();
        (item.Name, item.Waits, item.Members, item.Hours).ShouldBe(("时间银行", false, 1, Amount.OfUnits(90, Commodity.Hour)));
        ProgrammeView before = await bank.First.Ask(new ProgrammePage(bank.Programme));
        before.InForce!.Roles.ShouldBe(["服务", "组织"]);
        before.InForce.PointsOf("服务", EvidenceGrade.BackEntered).ShouldBe((short)5);
        before.InForce.PointsOf("组织", EvidenceGrade.Legacy).ShouldBeNull();
        before.EarliestDay.ShouldBe(TimeBankNotation.Day.PlusDays(1));
        await bank.First.Run(new ProposeProgrammeRule(
            TestBody.Key, bank.Programme, TimeBankNotation.Day.PlusDays(1), new ProgrammeTerms(RoundingMinutes: 30), TimeBankNotation.Rates, "按半小时取整"));
        ProgrammeView mine = await bank.First.Ask(new ProgrammePage(bank.Programme)), others = await bank.Second.Ask(new ProgrammePage(bank.Programme));
        (mine.Waiting!.MayAgree, mine.Waiting.MayDrop, others.Waiting!.MayAgree).ShouldBe((false, true, true));
        mine.MayDecide.ShouldContain("钱协调");
        mine.MayDecide.ShouldNotContain("孙协调");
        (await body.Accountant.Ask(new ProgrammeList())).Items[0].Waits.ShouldBeTrue();
        await bank.Second.Run(new DecideProgrammeRule(TestBody.Key, others.Waiting.Id, Agrees: false));
        (await bank.First.Ask(new ProgrammePage(bank.Programme))).Versions.Select(version => version.State)
            .ShouldBe([ProgrammeRuleState.Dropped, ProgrammeRuleState.Approved]);
    }

    [Fact]
    public async Task Rules_are_proposed_by_one_and_agreed_to_by_another_and_begin_after_what_is_booked()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.HoursEarned, 90, one, null);
        LocalDate next = TimeBankNotation.Day.PlusDays(1);
        (await RefusalOf(() => Propose(TimeBankNotation.Day, new ProgrammeTerms()))).Code.ShouldBe("database.programme-rule-used");
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(RoundingMinutes: 7)))).Code.ShouldBe(ProposeProgrammeRule.BadTerms);
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(DayCap: 60)))).Code.ShouldBe(ProposeProgrammeRule.BadTerms);
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(DisputeDays: 29)))).Code.ShouldBe(ProposeProgrammeRule.BadTerms);
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(), rates: []))).Code.ShouldBe(ProposeProgrammeRule.BadRates);
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(), rates: [.. TimeBankNotation.Rates, TimeBankNotation.Rates[0]])))
            .Code.ShouldBe(ProposeProgrammeRule.BadRates);
        (await RefusalOf(() => Propose(next, new ProgrammeTerms(), reason: " "))).Code.ShouldBe(ProposeProgrammeRule.ReasonMissing);
        long rule = await Propose(next, new ProgrammeTerms(ActivityCap: 120));
        (await RefusalOf(() => Propose(next, new ProgrammeTerms()))).Code.ShouldBe(ProposeProgrammeRule.OneWaits);
        (await RefusalOf(() => bank.First.Run(new DecideProgrammeRule(TestBody.Key, rule, Agrees: true)))).Code.ShouldBe(DecideProgrammeRule.Own);
        await bank.Second.Run(new DecideProgrammeRule(TestBody.Key, rule, Agrees: true));
        (await RefusalOf(() => bank.Second.Run(new DecideProgrammeRule(TestBody.Key, rule, Agrees: false)))).Code.ShouldBe(DecideProgrammeRule.Gone);
        (await bank.First.Ask(new ProgrammePage(bank.Programme))).Versions[0].Terms.ActivityCap.ShouldBe(120);

        Task<long> Propose(LocalDate from, ProgrammeTerms terms, IReadOnlyList<RateTerms>? rates = null, string reason = "理事会决议") =>
            bank.First.Run(new ProposeProgrammeRule(TestBody.Key, bank.Programme, from, terms, rates ?? TimeBankNotation.Rates, reason));
    }

    [Fact]
    public async Task A_time_bank_has_a_code_and_a_name_of_its_own()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        (await RefusalOf(() => body.Accountant.Run(new OpenProgramme(TestBody.Key, "T01", "另一家")))).Code.ShouldBe(OpenProgramme.BadName);
        (await RefusalOf(() => body.Accountant.Run(new OpenProgramme(TestBody.Key, "T 02", "另一家")))).Code.ShouldBe(OpenProgramme.BadName);
        (await RefusalOf(() => bank.First.Run(new OpenProgramme(TestBody.Key, "T02", "另一家")))).Code.ShouldBe(Need.Missing);
        (await RefusalOf(() => bank.First.Ask(new ProgrammePage(1)))).Code.ShouldBe(Programme.Unknown);
        int second = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "t02", "第二家"));
        ProgrammeView empty = await bank.First.Ask(new ProgrammePage(second));
        (empty.Code, empty.InForce, empty.EarliestDay, empty.Versions.Count).ShouldBe(("T02", null, null, 0));
        (await RefusalOf(() => bank.Second.Run(new CommunityFund.TimeBank.Members.AddMember(TestBody.Key, 1, default, "王小妹")))).Code
            .ShouldBe(Programme.Unknown);
    }

    [Theory]
    [InlineData("4", 240)]
    [InlineData(" 1.5 ", 90)]
    [InlineData("1:30", 90)]
    [InlineData("0：05", 5)]
    [InlineData("1小时30分", 90)]
    [InlineData("45分钟", 45)]
    [InlineData("1500 h", 90_000)]
    public void Hours_are_read_as_they_are_written(string typed, int minutes) => HoursText.Read(typed).ShouldBe(minutes);

    [Theory]
    [InlineData("")]
    [InlineData("0.01")]
    [InlineData("1:60")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("9999999")]
    [InlineData("四小时")]
    public void What_is_no_time_is_refused(string typed) =>
        Should.Throw<RefusedException>(() => HoursText.Read(typed)).Refusal.Code.ShouldBe(HoursText.NotHours);

    [Fact]
    public void Whole_numbers_are_whole_and_not_too_large()
    {
        WholeText.Read(" 36 ", 120).ShouldBe(36);
        Should.Throw<RefusedException>(() => WholeText.Read("121", 120)).Refusal.Code.ShouldBe(WholeText.NotWhole);
        Should.Throw<RefusedException>(() => WholeText.Read("3.5", 120)).Refusal.Code.ShouldBe(WholeText.NotWhole);
        (HoursText.Write(90_000), HoursText.Write(95)).ShouldBe(("1500", "1:35"));
    }
}
