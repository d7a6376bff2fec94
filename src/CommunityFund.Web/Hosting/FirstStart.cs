using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Hosting;

/// <summary>Fills an empty installation: with the demo foundation, or by asking for one's own.</summary>
internal static class FirstStart
{
    private const string DemoFile = "demo-passwords.txt";

    public static async Task Fill(Installation installation, HostOptions options, IClock clock)
    {
        Foundation foundation = installation.Open(clock);
        await using (FundDb db = foundation.Open())
        {
            if (await db.Books.AnyAsync())
            {
                return;
            }
        }

        if (options.Empty)
        {
            await Ask(foundation);
            return;
        }

        Console.WriteLine("正在准备演示数据（清河慈善会、青岚社区基金会）…… / Preparing two demo foundations ...");
        IReadOnlyList<DemoPerson> people = await SeedDemo.Both(
            installation.Books, installation.LogKey, FirstPassword.Random,
            clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date);
        Words words = Words.From([typeof(Words).Assembly]);
        string text = string.Concat(people.Select(person =>
            $"{person.UserName}\t{person.Password}\t{person.Name} {words.Show(person.Part)} {person.Body}\n"));
        string path = Path.Combine(options.DataDirectory, DemoFile);
        await using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
    }

    public static void SayWhere(IEnumerable<string> urls, string dataDirectory)
    {
        if (!urls.Any())
        {
            return;
        }

        Console.WriteLine($"\n  打开 / Open:  {string.Join("  ", urls)}");
        string path = Path.Combine(dataDirectory, DemoFile);
        if (File.Exists(path))
        {
            Console.WriteLine("  演示账号 / Demo accounts (用户名 user, 密码 password):");
            Console.WriteLine(string.Concat(File.ReadLines(path)
                .Select(line => $"    {line.Replace("\t", "   ", StringComparison.Ordinal)}\n")));
        }

        Console.WriteLine("  Ctrl-C 停止 / stops it\n");
    }

    /// <summary>Asks until a book can be set up; what was answered once is proposed the next time.</summary>
    private static async Task Ask(Foundation foundation)
    {
        string body = "", standard = "cn-npo-2026", opening = "2026-01-01";
        (string Name, string User) first = ("", ""), second = ("", "");
        while (true)
        {
            body = Line("单位名称 / Name of the body", body);
            standard = Line("会计制度 / Standard (cn-npo-2026, cn-npo-2004)", standard);
            opening = Line("建账日 / Opening day (YYYY-MM-DD)", opening);
            first = Person("第一人（会计、管理员） / First person (accountant, administrator)", first);
            second = Person("第二人（审核、管理员） / Second person (reviewer, administrator)", second);
            NewLogin maker = new(first.Name, first.User, FirstPassword.Random()),
                reviewer = new(second.Name, second.User, FirstPassword.Random());
            try
            {
                await foundation.Operator().Run(
                    new SetUpBook(Guid.NewGuid(), "main", body, standard, Day(opening), maker, reviewer));
                Console.WriteLine($"\n  {maker.UserName}   {maker.Password}\n  {reviewer.UserName}   {reviewer.Password}");
                Console.WriteLine("  请记下密码，登录后修改。 / Note the passwords; change them after signing in.");
                return;
            }
            catch (RefusedException refused)
            {
                Words words = Words.From([typeof(Words).Assembly]);
                Console.WriteLine($"\n{words.Of(refused.Refusal)}\n{words.Of(refused.Refusal, CultureInfo.GetCultureInfo("en"))}\n");
            }
        }
    }

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true } day
        ? day.Value
        : throw new RefusedException(SetUpBook.BadDay, ("typed", text));

    private static (string Name, string User) Person(string who, (string Name, string User) before)
    {
        Console.WriteLine(who);
        return (Line("  姓名 / Name", before.Name), Line("  用户名（小写字母） / User name (small letters)", before.User));
    }

    private static string Line(string question, string proposal)
    {
        while (true)
        {
            Console.Write(proposal.Length == 0 ? $"{question}: " : $"{question} [{proposal}]: ");
            string typed = Console.ReadLine()?.Trim()
                ?? throw new InvalidOperationException("--empty asks questions; it needs a terminal.");
            if (typed.Length > 0 || proposal.Length > 0)
            {
                return typed.Length > 0 ? typed : proposal;
            }
        }
    }
}
