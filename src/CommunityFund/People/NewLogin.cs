using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>What it takes to let somebody in: a name, a sign-in name and a first password.</summary>
public sealed partial record NewLogin([property: Personal] string Name, string UserName, [property: Secret] string Password)
{
    /// <summary>The person's name is empty or too long.</summary>
    public const string BadName = "people.bad-name";

    /// <summary>The sign-in name has other characters than small letters, digits, dot and dash.</summary>
    public const string BadUserName = "people.bad-user-name";

    /// <summary>Somebody signs in under this name already.</summary>
    public const string UserNameTaken = "people.user-name-taken";

    /// <summary>The password is too short, or the sign-in name itself.</summary>
    public const string WeakPassword = "people.weak-password";

    public const int ShortestPassword = 10;

    internal async Task<Person> Add(Work work, bool mustChange, CancellationToken ct)
    {
        string name = PlainText.Of(Name);
        if (name.Length is 0 or > 100)
        {
            throw new RefusedException(BadName, ("limit", 100));
        }

        if (!Shape().IsMatch(UserName))
        {
            throw new RefusedException(BadUserName, ("typed", UserName));
        }

        RefuseWeak(UserName, Password);
        if (await work.Db.Set<Login>().AnyAsync(login => login.UserName == UserName, ct))
        {
            throw new RefusedException(UserNameTaken, ("typed", UserName));
        }

        Person person = new() { Kind = PersonKind.Person, Name = name, CreatedAt = work.Now };
        work.Db.Add(person);
        await work.Db.SaveChangesAsync(ct);
        work.Db.Add(Login.For(person.PersonId, UserName, Password, mustChange));
        return person;
    }

    internal static void RefuseWeak(string userName, string password)
    {
        if (password.Length is < ShortestPassword or > 200 || password.Contains(userName, StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(WeakPassword, ("shortest", ShortestPassword));
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{1,31}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
