using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>Whoever moves a case, whatever the move: the page is fresh, the person is the one the table and the case name, nobody signs twice
/// or in an own matter, and the words say so in both languages.</summary>
public sealed class GrantMovesTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Fact]
    public async Task A_move_is_made_by_whom_the_table_names_once_and_logged_with_what_was_known()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (long desk, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        long grant = await body.Case(await body.Called(), lead, GrantState.Submitted);
        MoveOnly starts = new(TestBody.Key, grant, 1, GrantMove.StartScreening, Reason: " 材料齐全 ", Clause: "指南三");
        (await desks.Run(starts)).ShouldBe(new GrantMoved(true, []), new SameMoved());

        // The same sending again does nothing and answers the same.
        (await desks.Run(starts)).Happened.ShouldBeTrue();
        await using FundDb db = body.Db();
        GrantLog log = await db.Set<GrantLog>().AsNoTracking().SingleAsync(row => row.StateVersion == 2);
        (log.Move, log.FromState, log.ToState, log.ActorId, log.Reason, log.Clause)
            .ShouldBe((GrantMove.StartScreening, GrantState.Submitted, GrantState.UnderScreening, desk, "材料齐全", "指南三"));
        log.Facts.ShouldContain("\"requested\": 800000");
        log.Facts.ShouldNotContain("石磊");
        GrantCase row = await body.CaseOf(grant);
        (row.State, row.StateVersion, row.DueOn).ShouldBe((GrantState.UnderScreening, 2, new LocalDate(2026, 3, 25)));

        // The lead takes it back from there.
        await leads.Run(new MoveOnly(TestBody.Key, grant, 2, GrantMove.Withdraw, "人手不够"));
        (await body.CaseOf(grant)).State.ShouldBe(GrantState.Withdrawn);
    }

    [Fact]
    public async Task A_page_drawn_before_somebody_moved_the_case_is_refused()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        long grant = await body.Case(await body.Called(), lead, GrantState.Submitted);
        await desks.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening));
        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "人手不够")), GrantMoves.Stale, "点亮楼道", "资格审查中", "Under screening");
        await Refused(() => desks.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening)), GrantMoves.Stale, "刷新");
    }

    [Fact]
    public async Task Two_people_who_make_the_same_move_at_once_make_it_once()
    {
        await using TestBody body = await TestBody.New();
        (long lead, _) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession one) = await body.Somebody("高敏", Role.Desk);
        (_, FundSession two) = await body.Somebody("孔亮", Role.Desk);
        long grant = await body.Case(await body.Called(), lead, GrantState.Submitted);
        string?[] codes = await Task.WhenAll(new[] { one, two, one, two }.Select(async session =>
        {
            try
            {
                await session.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening));
                return null;
            }
            catch (RefusedException refused)
            {
                return refused.Refusal.Code;
            }
        }));
        codes.Count(code => code is null).ShouldBe(1);
        codes.OfType<string>().ShouldAllBe(code => code == GrantMoves.Stale);
        (await body.CaseOf(grant)).StateVersion.ShouldBe(2);
    }

    [Fact]
    public async Task A_move_of_several_waits_for_the_last_and_nobody_signs_it_twice()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead, Role.Chair);
        (_, FundSession chairs) = await body.Somebody("郝主持", Role.Chair);
        long grant = await body.Case(await body.Called(), lead, GrantState.InReview);
        GrantMoved first = await leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "合作方退出"));
        (first.Happened, first.Waits.Single()).ShouldBe((false, GrantMover.Chair));
        (await body.CaseOf(grant)).State.ShouldBe(GrantState.InReview);
        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "合作方退出")), GrantMoves.SignedAlready, "撤回申请", "Withdraw");
        GrantOffer seen = (await chairs.Ask(new OpenMoves(grant))).Single(offer => offer.Move == GrantMove.Withdraw);
        (seen.IsMine, seen.WhyNot, seen.Waits.Single(), seen.AsksReason).ShouldBe((true, null, GrantMover.Chair, true));
        (await chairs.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "同意"))).Happened.ShouldBeTrue();
        await using FundDb db = body.Db();
        (await db.Set<GrantSignature>().CountAsync()).ShouldBe(2);
        (await body.CaseOf(grant)).State.ShouldBe(GrantState.Withdrawn);
    }

    [Fact]
    public async Task A_signature_counts_no_more_once_the_case_has_moved_on()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession chairs) = await body.Somebody("郝主持", Role.Chair);
        (_, FundSession steers) = await body.Somebody("方组长", Role.Steer);
        long grant = await body.Case(await body.Called(), lead, GrantState.Recommended);
        await leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "合作方退出"));
        await steers.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Redecide, "金额算错"));
        GrantMoved again = await chairs.Run(new MoveOnly(TestBody.Key, grant, 2, GrantMove.Withdraw, "同意"));
        (again.Happened, again.Waits.Single()).ShouldBe((false, GrantMover.Lead));
    }

    [Fact]
    public async Task Who_has_part_in_an_application_decides_nothing_about_it()
    {
        await using TestBody body = await TestBody.New();
        (long lead, _) = await body.Somebody("石磊", Role.Lead);
        (long desk, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        long grant = await body.Case(await body.Called(), lead, GrantState.Submitted);
        await body.Superuser($"insert into grant_member values (1, {grant}, {desk}, '志愿者')");
        await Refused(() => desks.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening)), GrantMoves.Related, "点亮楼道", "回避");
        GrantOffer shown = (await desks.Ask(new OpenMoves(grant))).Single(offer => offer.Move == GrantMove.StartScreening);
        (shown.IsMine, shown.WhyNot!.Code).ShouldBe((false, GrantMoves.Related));
    }

    [Fact]
    public async Task Only_the_person_whom_the_application_names_acts_as_its_lead_or_signer()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead, Role.SignOff);
        (_, FundSession others) = await body.Somebody("别人", Role.Lead, Role.SignOff);
        (long signer, FundSession signers) = await body.Somebody("吕建国", Role.SignOff);
        long grant = await body.Case(await body.Called(), lead, GrantState.AwaitingSignOff, signer);
        await Refused(() => others.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "改主意")), GrantMoves.NotYours, "总负责人", "project lead");
        await Refused(() => others.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.SendBack, "改一改")), GrantMoves.NotYours, "居委会");
        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.SendBack, "改一改")), GrantMoves.NotYours, "本人");
        (await signers.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.SendBack, "预算改一改"))).Happened.ShouldBeTrue();
    }

    [Fact]
    public async Task A_move_that_says_no_says_why_and_not_at_any_length()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        long grant = await body.Case(await body.Called(), lead);
        foreach (string? reason in new[] { null, "", "  \u200b ", new string('长', 501) })
        {
            await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, reason)), GrantMoves.ReasonMissing, "撤回申请", "500");
        }

        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "改主意", new string('条', 201))), GrantMoves.ReasonMissing, "200");
        (await leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, new string('长', 500)))).Happened.ShouldBeTrue();
    }

    [Fact]
    public async Task A_case_that_is_not_there_a_step_that_is_not_listed_and_a_role_that_is_not_held_are_refused()
    {
        await using TestBody body = await TestBody.New();
        (long lead, FundSession leads) = await body.Somebody("石磊", Role.Lead);
        (_, FundSession desks) = await body.Somebody("高敏", Role.Desk);
        (_, FundSession nobodies) = await body.Somebody("新人");
        long grant = await body.Case(await body.Called(), lead);
        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, 987, 1, GrantMove.Withdraw, "改主意")), GrantCase.Unknown, "987");
        await Refused(() => desks.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening)),
            Workflow<GrantMover, GrantState, GrantMove, GrantFacts>.NotInTable, "开始资格审查", "草稿", "Start screening");
        await Refused(() => nobodies.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.Withdraw, "改主意")), Need.Missing);
        await Refused(() => leads.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening)), Need.Missing);

        // What the calendar does nobody does by hand.
        long due = await body.Case(await body.Called("2026-2"), lead, GrantState.CorrectionRequested);
        await Refused(() => desks.Run(new MoveOnly(TestBody.Key, due, 1, GrantMove.CorrectionTimeout)), Need.SignIn);
        (await desks.Ask(new OpenMoves(due))).ShouldNotContain(offer => offer.Move == GrantMove.CorrectionTimeout);
    }

    [Fact]
    public async Task A_role_for_one_fund_alone_decides_nothing_over_a_round_of_others()
    {
        await using TestBody body = await TestBody.New();
        (long lead, _) = await body.Somebody("石磊", Role.Lead);
        (long desk, FundSession desks) = await body.Somebody("高敏");
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, desk, Role.Desk, TestBody.Children, new LocalDate(2026, 1, 1), null));
        long grant = await body.Case(await body.Called(), lead, GrantState.Submitted);
        await Refused(() => desks.Run(new MoveOnly(TestBody.Key, grant, 1, GrantMove.StartScreening)), Need.OutsideFund, "幸福里社区基金");
    }

    private static async Task Refused(Func<Task> act, string code, params string[] shown)
    {
        Refusal refusal = await BankNotation.RefusalOf(act);
        refusal.Code.ShouldBe(code);
        string zh = Spoken.Of(refusal, CultureInfo.GetCultureInfo("zh-CN")), en = Spoken.Of(refusal, CultureInfo.GetCultureInfo("en"));
        shown.Where(words => !zh.Contains(words, StringComparison.Ordinal) && !en.Contains(words, StringComparison.Ordinal)).ShouldBeEmpty($"{zh} / {en}");
        zh.ShouldNotBe(en);
    }

    private sealed class SameMoved : IEqualityComparer<GrantMoved>
    {
        public bool Equals(GrantMoved? one, GrantMoved? other) =>
            one is not null && other is not null && one.Happened == other.Happened && one.Waits.SequenceEqual(other.Waits);

        public int GetHashCode(GrantMoved moved) => moved.Happened.GetHashCode();
    }
}
