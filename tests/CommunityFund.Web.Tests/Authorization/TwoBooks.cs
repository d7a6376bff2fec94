using System.Collections;
using System.Reflection;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Web.Tests.Authorization;

/// <summary>The demo foundation with one person per role, and beside it another body whose one worker holds every role there.</summary>
public sealed class TwoBooks : IAsyncLifetime
{
    // Words that stand in the demo's book alone.
    private static readonly string[] Marks = ["幸福里", "翠苑", "华联", "张丽", "陈静", "李文", "清河慈善会"];

    public Site Site { get; } = new();

    public Foundation Foundation { get; private set; } = null!;

    public const int Own = 1;

    public int Foreign { get; private set; }

    public long Stranger { get; private set; }

    /// <summary>A person of the demo's book who holds this one role, for all of it.</summary>
    public IReadOnlyDictionary<Role, long> People { get; private set; } = new Dictionary<Role, long>();

    public long NoRole { get; private set; }

    private long Waiting { get; set; }

    public static string UserNameOf(Role role) => $"only-{Codes.Kebab(role)}";

    public async ValueTask InitializeAsync()
    {
        await Site.InitializeAsync();
        Foundation = new Foundation(Site.Connections.Books, SystemClock.Instance, TestBody.LogKey);
        FundSession set = Foundation.Operator(Own);
        Dictionary<Role, long> people = [];
        foreach (Role role in AllowedTable.Roles)
        {
            people[role] = await Add(set, UserNameOf(role), $"只{role}");
            await set.Run(new GrantRole(Guid.NewGuid(), people[role], role, null, new LocalDate(2026, 1, 1), null));
        }

        (People, NoRole) = (people, await Add(set, "no-role", "无岗位"));
        Waiting = (await Foundation.SessionOf(2, Own).Ask(new VoucherList(VoucherState.Prepared, null, 1))).Items[0].VoucherId;
        await Foundation.SessionOf(1, Own).Run(new DrawUpHandover(Guid.NewGuid(), Role.Accountant, 1, 2, 3));
        await Foundation.SessionOf(1, Own).Run(new ProposeRole(Guid.NewGuid(), 2, Role.Steer, null, new LocalDate(2026, 1, 1), null));
        await MakeTheOther();
    }

    public async ValueTask DisposeAsync() => await Site.DisposeAsync();

    /// <summary>A command or query of the demo's book: ids that exist there, everything else plausible or empty.</summary>
    public object Sample(Type type)
    {
        if (type.IsAbstract)
        {
            return Sample(type.Assembly.GetTypes().Where(each => !each.IsAbstract && type.IsAssignableFrom(each)).OrderBy(each => each.Name, StringComparer.Ordinal).First());
        }

        ConstructorInfo made = type.GetConstructors().OrderByDescending(each => each.GetParameters().Length).First();
        return made.Invoke([.. made.GetParameters().Select(parameter => Value(type, parameter.Name!, parameter.ParameterType))]);
    }

    /// <summary>Asks or does it; says under which code it was refused, null if it was not.</summary>
    public static async Task<(string? Refused, object? Answer)> Try(FundSession session, object form)
    {
        Type answer = AnswerOf(form.GetType())!;
        string method = IsCommand(form.GetType()) ? nameof(FundSession.Run) : nameof(FundSession.Ask);
        try
        {
            Task task = (Task)typeof(FundSession).GetMethod(method)!.MakeGenericMethod(answer).Invoke(session, [form, CancellationToken.None])!;
            await task;
            return (null, task.GetType().GetProperty("Result")!.GetValue(task));
        }
        catch (RefusedException refused)
        {
            return (refused.Refusal.Code, null);
        }
    }

    public static IReadOnlyList<Type> Forms { get; } =
    [
        .. typeof(FundSession).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsNestedPrivate: false } && AnswerOf(type) is not null).OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    public static bool IsCommand(Type type) => Base(type, typeof(Command<>)) is not null;

    /// <summary>Every row of the demo's book, and of its people, as one text each table.</summary>
    public async Task<SortedDictionary<string, string>> Rows()
    {
        await using NpgsqlConnection connection = new(Site.Connections.Owner);
        await connection.OpenAsync();
        List<string> tables = [];
        await using (NpgsqlCommand list = new("select table_name from information_schema.columns where table_schema = 'public' and column_name = 'book_id' "
            + "and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')", connection))
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        SortedDictionary<string, string> rows = new(StringComparer.Ordinal);
        foreach (string from in tables.Select(table => $"{table} where book_id = {Own}").Append($"person where person_id < {Stranger}")
            .Append($"login where person_id < {Stranger} and user_name not like 'only-%'"))
        {
            await using NpgsqlCommand read = new($"select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from (select * from {from}) t", connection);
            rows[from] = (string)(await read.ExecuteScalarAsync())!;
        }

        return rows;
    }

    /// <summary>What of the demo's book a text gives away.</summary>
    public static IEnumerable<string> GivenAway(string text) => Marks.Where(mark => text.Contains(mark, StringComparison.Ordinal));

    private static Task<long> Add(FundSession set, string userName, string name) =>
        set.Run(new AddLogin(Guid.NewGuid(), new NewLogin(name, userName, Site.Password), MustChange: false));

    private static Type? AnswerOf(Type type) =>
        (Base(type, typeof(Command<>)) ?? Base(type, typeof(Query<>)))?.GetGenericArguments()[0];

    private static Type? Base(Type type, Type open) =>
        type.BaseType is not { IsGenericType: true } above ? null : above.GetGenericTypeDefinition() == open ? above : null;

    private object? Value(Type form, string name, Type type) =>
        type == typeof(Guid) ? Guid.NewGuid()
        : Nullable.GetUnderlyingType(type) is not null ? null
        : type == typeof(long) ? name == "Voucher" && form.Name is "ReviewVoucher" or "RejectVoucher" or "WithdrawVoucher" ? Waiting : 1L
        : type == typeof(int) ? name is "Period" ? 202602 : name is "Year" ? 2026 : name is "PageSize" ? 20 : 1
        : type == typeof(string) ? "x"
        : type == typeof(bool) ? false
        : type == typeof(LocalDate) ? new LocalDate(2026, 3, 10)
        : type == typeof(Amount) ? Amount.Yuan(1)
        : type == typeof(byte[]) ? Array.Empty<byte>()
        : type == typeof(StatementBytes) ? (StatementBytes)Array.Empty<byte>()
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)
        : type.IsArray ? Array.CreateInstance(type.GetElementType()!, 0)
        : typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType ? Array.CreateInstance(type.GetGenericArguments()[0], 0)
        : type.IsClass ? Sample(type)
        : Activator.CreateInstance(type);

    private async Task MakeTheOther()
    {
        Foreign = await Foundation.Operator().Run(new SetUpBook(
            Guid.NewGuid(), "other", "别处基金会", "cn-npo-2026", new LocalDate(2026, 1, 1),
            new NewLogin("别处会计", "elsewhere-1", Site.Password), new NewLogin("别处审核", "elsewhere-2", Site.Password), SecondFactor: false));
        FundSession set = Foundation.Operator(Foreign);
        Stranger = await Add(set, "stranger", "别处能人");
        foreach (Role role in AllowedTable.Roles.Where(role => role != Role.Cashier))
        {
            await set.Run(new GrantRole(Guid.NewGuid(), Stranger, role, null, new LocalDate(2026, 1, 1), null));
        }
    }
}
