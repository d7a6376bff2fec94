namespace CommunityFund.Ledger.Tests;

/// <summary>The table of a life: what it finds, what is open and why not, how it is drawn, and which tables cannot be built.</summary>
public sealed class WorkflowTests
{
    public enum State
    {
        Asked,
        Looked,
        Given,
        Gone,
    }

    public enum Move
    {
        Ask,
        Look,
        Give,
        Drop,
    }

    public enum Mover
    {
        Guest,
        Host,
        Cook,
    }

    private static readonly Workflow<Mover, State, Move, int> Table = Workflow<Mover, State, Move, int>.Begin(Move.Ask, State.Asked, Mover.Guest)
        .From(State.Asked)
            .Permit(Move.Look, State.Looked, [Mover.Host])
            .Permit(Move.Drop, State.Gone, [Mover.Guest])
        .From(State.Looked)
            .Permit(Move.Give, State.Given, [Mover.Host, Mover.Cook], [AtLeast(1, "none-left"), AtLeast(3, "too-few")], posts: "plate")
            .Permit(Move.Drop, State.Gone, [Mover.Guest])
        .Build();

    [Fact]
    public void A_table_keeps_its_rows_in_order_and_begins_with_the_move_that_begins_a_life()
    {
        Table.Start.ShouldBe(State.Asked);
        Table.Rules.Select(rule => (rule.From, rule.Move, rule.To)).ShouldBe(
        [
            (null, Move.Ask, State.Asked), (State.Asked, Move.Look, State.Looked), (State.Asked, Move.Drop, State.Gone),
            (State.Looked, Move.Give, State.Given), (State.Looked, Move.Drop, State.Gone),
        ]);
        Table.Rules[0].By.ShouldBe([Mover.Guest]);
        (Table.Rules[3].Posts, Table.Rules[4].Posts).ShouldBe(("plate", null));
        Table.Rules[3].Needs.Count.ShouldBe(2);
    }

    [Fact]
    public void A_step_is_found_by_where_a_thing_stands_and_what_is_to_happen_and_no_other_is()
    {
        Table.Find(State.Looked, Move.Give).ShouldBe(Table.Rules[3]);
        Table.Find(State.Given, Move.Give).ShouldBeNull();
        Table.Find(State.Asked, Move.Ask).ShouldBeNull();
        Table.Rule(State.Asked, Move.Drop).To.ShouldBe(State.Gone);
        Refusal refusal = Should.Throw<RefusedException>(() => Table.Rule(State.Asked, Move.Give)).Refusal;
        (refusal.Code, refusal.Facts["state"], refusal.Facts["move"])
            .ShouldBe((Workflow<Mover, State, Move, int>.NotInTable, State.Asked, Move.Give));
        Workflow<Mover, State, Move, int>.NotInTable.ShouldBe("workflow.not-in-table");
    }

    [Theory]
    [InlineData(0, "none-left")]
    [InlineData(2, "too-few")]
    [InlineData(3, null)]
    public void What_is_open_comes_with_the_first_reason_against_it(int left, string? reason)
    {
        var open = Table.Open(State.Looked, left);
        open.Select(each => (each.Rule.Move, each.WhyNot?.Code)).ShouldBe([(Move.Give, reason), (Move.Drop, null)]);
        Table.Rule(State.Looked, Move.Give).WhyNot(left)?.Code.ShouldBe(reason);
        Table.Open(State.Gone, left).ShouldBeEmpty();
    }

    [Fact]
    public void A_life_ends_where_no_row_leads_on()
    {
        Enum.GetValues<State>().Where(Table.IsEnd).ShouldBe([State.Given, State.Gone]);
    }

    [Fact]
    public void The_table_draws_itself_and_no_word_breaks_the_picture() =>
        Table.Mermaid(state => state == State.Asked ? "\"asked\"\nfor: it" : $"is {state}", move => $"{move}:now", mover => $"the {mover}").ShouldBe(
            """
            stateDiagram-v2
              state "'asked' for： it" as Asked
              state "is Looked" as Looked
              state "is Gone" as Gone
              state "is Given" as Given
              [*] --> Asked: Ask：now (the Guest)
              Asked --> Looked: Look：now (the Host)
              Asked --> Gone: Drop：now (the Guest)
              Looked --> Given: Give：now (the Host + the Cook)
              Looked --> Gone: Drop：now (the Guest)
              Gone --> [*]
              Given --> [*]

            """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_table_that_says_two_things_of_one_step_is_not_built() =>
        Should.Throw<InvalidOperationException>(() => Begin().From(State.Asked).Permit(Move.Look, State.Looked, [Mover.Host])
            .Permit(Move.Look, State.Gone, [Mover.Host]).Build()).Message.ShouldBe("Asked has Look twice.");

    [Fact]
    public void A_step_that_nobody_makes_is_not_built()
    {
        Should.Throw<InvalidOperationException>(() => Begin().From(State.Asked).Permit(Move.Look, State.Looked, []).Build())
            .Message.ShouldBe("Nobody makes Look from Asked.");
        Should.Throw<InvalidOperationException>(() => Workflow<Mover, State, Move, int>.Begin(Move.Ask, State.Asked).Build())
            .Message.ShouldBe("Nobody makes Ask from .");
    }

    [Fact]
    public void A_state_that_no_life_comes_to_is_not_built() =>
        Should.Throw<InvalidOperationException>(() => Begin().From(State.Looked).Permit(Move.Give, State.Given, [Mover.Host]).Build())
            .Message.ShouldBe("Looked cannot be reached.");

    [Fact]
    public void A_life_may_come_back_to_where_it_was()
    {
        Workflow<Mover, State, Move, int> round = Begin().From(State.Asked).Permit(Move.Look, State.Looked, [Mover.Host])
            .From(State.Looked).Permit(Move.Ask, State.Asked, [Mover.Guest]).Build();
        round.Rule(State.Looked, Move.Ask).To.ShouldBe(round.Start);
        Enum.GetValues<State>().Where(round.IsEnd).ShouldBe([State.Given, State.Gone]);
    }

    private static Workflow<Mover, State, Move, int>.Builder Begin() => Workflow<Mover, State, Move, int>.Begin(Move.Ask, State.Asked, Mover.Guest);

    private static Func<int, Refusal?> AtLeast(int least, string code) =>
        left => left >= least ? null : new Refusal(code, new Dictionary<string, object?> { ["left"] = left });
}
